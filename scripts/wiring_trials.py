"""Prints how often wiring self-identification is wrong, undecided and how near its k is.

    python scripts/wiring_trials.py [TRIALS]        default 1000 of each case, about half a minute

The trials are those of tests/core/test_core_wiring_trials.py, which bounds the same figures.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "core"))

from test_core_wiring_trials import CASES, tally


def main(argv: list[str]) -> int:
    trials = int(argv[0]) if argv else 1000
    print("| k V/kW | probe W | meter V | loads switch 1/s | wrong | angle's sign wrong | "
          "undecided | error of k, median % |")
    print("|---|" + "---:|" * 7)
    for case in CASES:
        wrong, turned, undecided, errors = tally(trials, **case)
        told = {"k": 0.45, "probe_w": 1000, "resolution_v": 0.1, "per_s": 0.2, **case}
        print(f"| {told['k']} | {told['probe_w']} | {told['resolution_v']} | {told['per_s']} | "
              f"{wrong} | {turned} | {undecided} | {np.median(errors):.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
