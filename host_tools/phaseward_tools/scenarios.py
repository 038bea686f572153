"""Finds the demo scenarios: in a checkout, or where an installation puts them."""

import sysconfig
from pathlib import Path

from phaseward_sim.results import ResultError

DEMOS = ("balancer_t1_t2_t3.yaml", "evening_blocking.yaml")


def _folders() -> list[Path]:
    """The checkout's folder, then that of an installed wheel's data files."""
    installed = Path(sysconfig.get_path("data")) / "share" / "phaseward" / "scenarios"
    return [Path(__file__).resolve().parents[2] / "scenarios", installed]


def demo_scenarios() -> list[Path]:
    """Paths of both demo scenarios; ResultError naming where they were looked for."""
    for folder in _folders():
        paths = [folder / name for name in DEMOS]
        if all(path.is_file() for path in paths):
            return paths
    places = " nor in ".join(str(folder) for folder in _folders())
    raise ResultError(f"the demo scenarios are neither in {places}; reinstall phaseward, or "
                      "run one of your own with `phaseward simulate FILE`")
