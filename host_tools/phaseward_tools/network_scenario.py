"""A scenario for a network given on the command line: one day, its customers, perhaps some boxes.

The scenario is written as a file, so that it can be kept, read and changed. What the network could
not bring along is printed before the run.
Failure: the importers' and scenarios' errors, naming element or key; MissingExtraError.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

WATCHED = 3  # far customers whose voltages are shown
HOUSEHOLDS = "rural2"  # shipped profiles for networks without any
NO_PROFILES = "none"


@dataclass(frozen=True)
class Wish:
    """What the command line asks for; boxes: houses with a car and a box that controls it."""

    network: str
    allow_missing: bool = False
    profiles: str | None = None
    boxes: int = 0
    start: str = "2016-01-28"
    seed: int = 1


def write(wish: Wish, folder: Path) -> Path:
    """Write `folder/NAME.yaml` and print what cannot be imported; the scenario's path."""
    from phaseward_sim import importers
    from phaseward_sim.engine.network import build_site
    from phaseward_sim.scenario import loads

    network = _absolute(wish.network)
    name = importers.short_name(network)
    brings = _brings_profiles(importers.load(network))
    grid = {"network": network, **_profiles(wish, brings),
            **({"allow_missing": True} if wish.allow_missing else {})}
    site = build_site(loads(_text(name, wish, grid, []), "--network"))
    _say(site.missing)
    path = folder / f"{name}.yaml"
    watch = list(site.customers or site.buses)[-WATCHED:]
    path.write_text(_text(name, wish, grid, watch), encoding="utf-8")
    return path


def _absolute(network: str) -> str:
    """Paths as they are from anywhere: the scenario lies in another folder."""
    if network.split(":")[0] in ("simbench", "pandapower"):
        return network
    return str(Path(network).resolve())


def _brings_profiles(found) -> bool:
    """Whether a network has courses of its own: SimBench, load shapes, profiles in the file."""
    return isinstance(found, tuple) or found.profiles is not None or any(
        load.shares is not None for load in found.recorded)


def _profiles(wish: Wish, brings: bool) -> dict:
    if wish.profiles == NO_PROFILES or wish.profiles is None and brings:
        return {}
    words = wish.profiles or HOUSEHOLDS
    return {"profiles": str(Path(words).resolve()) if words.endswith(".csv") else words}


def _text(name: str, wish: Wish, grid: dict, watch: list[str]) -> str:
    content = {
        "version": 1, "name": name, "title": f"A day on {wish.network}",
        "about": "Made by `phaseward simulate --network`.", "seed": wish.seed,
        "start": f"{wish.start}T00:00:00", "duration_s": 86400, "step_s": 1 if wish.boxes else 60,
        "grid": grid, "devices": _devices(wish)}
    if wish.boxes:
        content["boxes"] = [{"name": "box", "for_each": "car"}]
    if watch:
        content |= {"watch": watch, "focus_bus": watch[-1]}
    # The start must be a date to YAML, not a text in quotes.
    return yaml.safe_dump(content, sort_keys=False).replace(f"'{content['start']}'",
                                                            content["start"])


def _devices(wish: Wish) -> dict:
    units = {"ev": "profile", "heat_pumps": "profile", "pv": "inverter"}
    cars = [{"name": "car", "place": {"count": wish.boxes}, "habit": {"arrive": "17:45"}}]
    return {"grid_units": units, **({"ev": cars} if wish.boxes else {})}


def _say(missing) -> None:
    from phaseward_sim.importers import in_words
    from phaseward_tools.terminal import errors_console

    for line in in_words(missing):
        errors_console().print(f"not imported: {line}", markup=False, soft_wrap=True)
