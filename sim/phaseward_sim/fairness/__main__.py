"""`python -m phaseward_sim.fairness`: runs the study, or what is missing of it, and its page.

Ctrl-C keeps what is done. --quick runs one small unit and prints its table; --only NAME picks
units whose name begins so; --page writes the page from what is kept; --feed-in compares the laws
of feed-in and prints their tables, about two minutes. Exit code 130 after Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core; small matrices gain nothing


def main() -> int:
    """The command."""
    ask = argparse.ArgumentParser(prog="python -m phaseward_sim.fairness", description=__doc__)
    ask.add_argument("--quick", action="store_true", help="one small unit, about three minutes")
    ask.add_argument("--only", metavar="NAME", default="", help="units whose name begins so")
    ask.add_argument("--page", action="store_true", help="write the page, run nothing")
    ask.add_argument("--list", action="store_true", help="the units and whether they are done")
    ask.add_argument("--feed-in", action="store_true", help="compare the laws of feed-in")
    wanted = ask.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)  # pandapower's own
    if wanted.feed_in:
        from . import feed_in_days
        feed_in_days.show()
        return 0
    from . import page, plan, run
    units = [u for u in plan.units(wanted.quick) if u.name.startswith(wanted.only)]
    if wanted.list:
        for unit in units:
            print(f"{unit.name:40s} {'done' if run.is_done(unit) else 'to do'}")
        return 0
    if not wanted.page:
        try:
            _work(units, wanted.quick)
        except KeyboardInterrupt:
            print("\nstopped; the units done are kept, the same command goes on", file=sys.stderr)
            return 130
    if not wanted.quick:
        results = page.read(run.RESULTS)
        page.records(results)
        page.write(results)
        print(f"wrote {page.PAGE} and {page.RECORDS}")
    return 0


def _work(units, quick: bool) -> None:
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    from . import pooled, run, tables
    with Progress(*Progress.get_default_columns(), TextColumn("{task.fields[unit]}"),
                  TimeElapsedColumn()) as bar:
        task = bar.add_task("study", total=len(units), unit="")
        for n, unit in enumerate(units):
            bar.update(task, unit=unit.name, completed=n)
            folder = run.QUICK if quick else run.RESULTS
            found = run.do(unit, folder, lambda part, n=n: bar.update(task, completed=n + part))
            bar.update(task, completed=n + 1)
    if quick:
        cells = pooled.Cells([found])
        print("\n".join([*tables.effect(cells), "", *tables.fairness(cells)]))


if __name__ == "__main__":
    sys.exit(main())
