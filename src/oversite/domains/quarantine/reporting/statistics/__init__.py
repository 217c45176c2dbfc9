"""Figures of quarantine: one pass over the declarations, folded by every dimension (req: Q13)."""

from oversite.domains.quarantine.reporting.statistics.cube import Asked, cells, figures
from oversite.domains.quarantine.reporting.statistics.folding import Cell, Figures, Row

__all__ = ["Asked", "Cell", "Figures", "Row", "cells", "figures"]
