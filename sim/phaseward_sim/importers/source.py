"""From the words of `--network` or `grid.network` to an imported network.

    simbench:1-LV-rural3--2-sw      a SimBench code with its profiles
    pandapower:NAME                 a network that comes with pandapower; NAME:ARGUMENT
    path/to/grid.json               a pandapower network saved by pandapower.to_json
    path/to/feeder.dss              an OpenDSS file
Failure: ImportFailed naming what was given and what is known; MissingExtraError.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from . import opendss_net, pandapower_file, pandapower_net, simbench_net
from .errors import ImportFailed
from .imported import Imported, Missing
from .names import plain
from .supplied import phases_of_buses

FORMS = "simbench:CODE, pandapower:NAME, a pandapower FILE.json, or an OpenDSS FILE.dss"


def load(network: str, folder: Path = Path("."), source_va: float | None = None):
    """An Imported, or (Excerpt, missing) of SimBench; `folder` is what paths are relative to."""
    kind, _, rest = network.partition(":")
    if kind in ("simbench", "pandapower") and rest:
        return _load(network, None, 0, source_va)
    path = Path(network) if Path(network).is_absolute() else Path(folder) / network
    if path.suffix.lower() not in (".json", ".dss"):
        raise ImportFailed(f"{network!r}: expected {FORMS}")
    if not path.is_file():
        raise ImportFailed(f"{path}: no such file")
    return _load(network, path.resolve(), path.stat().st_mtime_ns, source_va)


def short_name(network: str) -> str:
    """A name for results: the code, the function or the file's stem."""
    kind, _, rest = network.partition(":")
    return plain(rest if kind in ("simbench", "pandapower") and rest else Path(network).stem)


# The modification time is a key, so that a changed file is read again.
@lru_cache(maxsize=4)
def _load(network: str, path: Path | None, _changed: int, source_va):
    kind, _, rest = network.partition(":")
    if path is None and kind == "simbench":
        return simbench_net.read(rest)
    if path is None:
        found = pandapower_net.read(pandapower_file.by_name(rest), network, short_name(network),
                                    source_va)
    elif path.suffix.lower() == ".dss":
        found = opendss_net.read(path)
    else:
        found = pandapower_net.read(pandapower_file.by_file(path), network, path.stem, source_va)
    return _usable(found)


def _usable(found: Imported) -> Imported:
    """Without loads that cannot be simulated where or as they are; they are named."""
    phases = phases_of_buses(found.network)
    why = {load.name: _why_not(load, phases[load.bus]) for load in found.recorded}
    lost = [Missing(name, reason, True) for name, reason in why.items() if reason]
    kept = [load for load in found.recorded if load.p_w and not why[load.name]]
    part = [bus.name for bus in found.network.buses if len(phases[bus.name]) < 3]
    few = [Missing(f"bus {bus}", "has fewer than three phases: no devices or boxes of a scenario "
                   "there") for bus in part]
    return replace(found, recorded=kept, missing=[*found.missing, *lost, *few])


def _why_not(load, phases: set[int]) -> str:
    if load.p_w == 0.0 and load.q_var:
        return "purely reactive: not modelled"
    return "" if set(load.phases or (0, 1, 2)) <= phases else "one of its phases is not supplied"
