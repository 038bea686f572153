"""The report's figures, one module each; `all_figures` gives those a case has data for."""

from phaseward_tools.cases import Case
from phaseward_tools.report.canvas import Figure
from phaseward_tools.report.figures import (
    blocked,
    fairness,
    loads,
    transfer,
    unbalance,
    voltages,
    worst,
)

_IN_ORDER = (voltages, worst, transfer, unbalance, blocked, loads, fairness)


def all_figures(case: Case) -> list[Figure]:
    """Figures of a case in reading order; what a run did not record is left out."""
    figures = [module.figure(case) for module in _IN_ORDER]
    return [figure for figure in figures if figure is not None]
