"""The data that Internet+Supervision takes (C5102-2019 as public forms show it): fields, lengths, code lists, links."""

from oversite.domains.quarantine.reporting.standard.checking import Fault, faults_of, written
from oversite.domains.quarantine.reporting.standard.datasets import (
    CodeList,
    Dataset,
    FieldRule,
    code_lists,
    dataset,
    datasets,
)

__all__ = ["CodeList", "Dataset", "Fault", "FieldRule", "code_lists", "dataset", "datasets", "faults_of", "written"]
