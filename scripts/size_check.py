"""Ratings found from a box's own records, held against the closed loop, as a table for
docs/STUDY_BALANCER.md.

    python scripts/size_check.py lugo1 acoruna1 pontevedra1 --seeds 3 --days 7
    python scripts/size_check.py --trials madrid1 lugo1 --seeds 5 --days 4

With --trials: how often records and 10-minute means alone miss the rating by all 1-minute means,
at 90, 95 and 97 %, seeds from 11, no closed loop. `sim/phaseward_sim/sites/kept_check.py` says
what the columns are.
"""

import argparse

from phaseward_sim.sites import jobs, kept, kept_check
from phaseward_sim.sites.archetype import SiteError

HEAD = ["site, seed", "bad minutes of the node", "10-minute means alone", "records",
        "all 1-minute means", "records of a unit at work", "feeder's model",
        "closed loop: meter-min, node's min %", "one size more"]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("sites", nargs="+")
    arguments.add_argument("--seeds", type=int, default=3, help="how many, from 1")
    arguments.add_argument("--days", type=int, default=7)
    arguments.add_argument("--reduction", type=float, default=95, help="wanted, percent")
    arguments.add_argument("--trials", action="store_true")
    told = arguments.parse_args()
    if told.trials:
        _trials(told)
        return
    print(f"| {' | '.join(HEAD)} |\n|---|{'---:|' * (len(HEAD) - 1)}")
    for site in told.sites:
        feeder = jobs.load_feeder(site)
        for seed in range(1, told.seeds + 1):
            try:
                found = kept_check.check(feeder, seed, told.days, told.reduction / 100)
            except SiteError as error:
                print(f"| {feeder.title}, {seed} | {error} |")
                continue
            print(_row(f"{feeder.title}, {seed}", found), flush=True)


def _trials(told) -> None:
    feeders = [jobs.load_feeder(site) for site in told.sites]
    off = [kept_check.trial(feeder, 11 + k, told.days, wanted) for feeder in feeders
           for k in range(told.seeds) for wanted in (0.9, 0.95, 0.97)]
    some = [one for one in off if one]
    print(f"| {len(some)} trials | right % | too small by one size % | by more % | too large % |\n"
          "|---|---:|---:|---:|---:|")
    for name, steps in zip(("10-minute means alone", "records"), zip(*some, strict=True),
                           strict=True):
        shares = [sum(map(test, steps)) for test in (lambda x: x == 0, lambda x: x == -1,
                                                     lambda x: x < -1, lambda x: x > 0)]
        print(f"| {name} | {' | '.join(f'{100 * n / len(some):.0f}' for n in shares)} |")


def _row(name: str, found) -> str:
    kva = [_kva(x) for x in (found.means, found.records, found.minutes)]
    saved = {size: f"{100 * meters:.1f}, {100 * node:.1f}"
             for size, (meters, node) in found.saved.items()}
    more = kept.next_size(found.records)
    cells = [name, str(found.bad_min), *kva,
             f"{_kva(found.working)} ({found.present_kva:g} kVA at work)", _kva(found.model),
             saved[found.records], f"{_kva(more)}: {saved[more]}" if more else "–"]
    return f"| {' | '.join(cells)} |"


def _kva(kva) -> str:
    return "–" if kva is None else f"{kva:g}"


if __name__ == "__main__":
    main()
