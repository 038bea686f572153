"""The HTML report: one file that needs nothing else, on screen and on paper.

`write_report(cases, path)` is the way in; each figure is a module of its own in `figures`.
"""

from phaseward_tools.report.page import render, write_report

__all__ = ["render", "write_report"]
