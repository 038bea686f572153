"""The report of a box: what it has seen and done, from its own records.

    series.py   10-minute means and log as arrays over one time axis
    blocks.py   when each load was held back, and why
    changes.py  voltages and blocks before and after each change of parameters
    figures.py  the plots
    page.py     the page
"""

from .page import write_box_report

__all__ = ["write_box_report"]
