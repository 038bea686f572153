"""Finds the demo scenarios: in a checkout, or inside the installed package."""

from importlib import resources
from pathlib import Path

from phaseward_sim.results import ResultError

DEMOS = ("balancer", "evening")


def _folders() -> list[Path]:
    package = Path(str(resources.files("phaseward_sim"))) / "data" / "scenarios"
    return [Path(__file__).resolve().parents[2] / "scenarios", package]


def demo_scenarios() -> list[Path]:
    """Paths of both demo scenarios; ResultError naming where they were looked for."""
    for folder in _folders():
        paths = [folder / f"demo_{name}.yaml" for name in DEMOS]
        if all(path.is_file() for path in paths):
            return paths
    places = " and ".join(str(folder) for folder in _folders())
    raise ResultError(f"the demo scenarios are neither in {places}; reinstall phaseward, or "
                      "run one of your own with `phaseward simulate FILE`")
