"""The fewest cameras by integer programming; the solver (HiGHS) proves that there is no better choice."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

COUNTED = 10_000
"""One camera weighs more than all preferences between kinds together."""


@dataclass(frozen=True, slots=True)
class Need:
    """At least `least` of the columns; where `only_if` names a choice, only when it is taken."""

    columns: tuple[int, ...]
    least: int
    only_if: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """How many of one candidate: from `least` to `most`, each at `cost`."""

    cost: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Solution:
    """How many of each column; `bound` is a proven least cost, which the cost of an exact solution equals."""

    counts: tuple[int, ...]
    is_exact: bool
    bound: float


def solve(columns: Sequence[Column], needs: Sequence[Need], limit_s: float) -> Solution | None:
    """The cheapest counts that fulfil every need within the time, none where nothing can."""
    import highspy

    model = highspy.Highs()  # type: ignore[no-untyped-call]
    model.setOptionValue("output_flag", False)
    model.setOptionValue("parallel", "off")
    model.setOptionValue("random_seed", 0)
    model.setOptionValue("time_limit", limit_s)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", 0.5)
    for number, column in enumerate(columns):
        model.addCol(float(column.cost), float(column.least), float(column.most), 0, [], [])
        model.changeColIntegrality(number, highspy.HighsVarType.kInteger)
    for need in needs:
        indices = list(need.columns)
        values = [1.0] * len(indices)
        least = float(need.least)
        if need.only_if is not None:
            indices.append(need.only_if)
            values.append(-least)
            least = 0.0
        model.addRow(least, highspy.kHighsInf, len(indices), indices, values)
    model.run()
    status = model.getModelStatus()
    info = model.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible or not math.isfinite(info.objective_function_value):
        return None
    values = model.getSolution().col_value
    if len(values) != len(columns) or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    is_exact = status == highspy.HighsModelStatus.kOptimal
    bound = info.objective_function_value if is_exact else info.mip_dual_bound
    return Solution(tuple(round(each) for each in values), is_exact, bound)
