"""A site's file: one kind of feeder with who is connected to it and where the balancers stand.

The ten shipped ones lie in data/sites and carry the place names of a published table of field
results; nothing but the names comes from there. Units are in the key names (m, kW, kVA, ohm, pu).
Failure: SiteError naming the file, the key, what was expected.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, Field, ValidationError

from ..network.cables import CATALOGUE
from ..scenario.base import Name, Positive, Share, Strict

FOLDER = Path(__file__).resolve().parent.parent / "data" / "sites"


class SiteError(ValueError):
    """A site cannot be used; the text names the file, the key and what was expected."""


def _known_cable(name: str) -> str:
    if name not in CATALOGUE:
        raise ValueError(f"expected one of {', '.join(CATALOGUE)}, got {name!r}")
    return name


Weights = Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=3, max_length=3)]
Span = Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=2, max_length=2)]
Cable = Annotated[str, AfterValidator(_known_cable)]


class Transformer(Strict):
    """Nameplate; group as in IEC 60076-1, for example Dyn11."""

    rated_kva: Positive
    group: str = "Dyn11"
    vk_percent: Positive = 4.0
    vkr_percent: Positive = 1.3


class Cabling(Strict):
    """One cable; joint_ohm: what a bad joint adds to its neutral, in the middle of it."""

    start: Name
    end: Name
    cable: Cable
    m: Positive
    joint_ohm: Annotated[float, Field(ge=0)] = 0.0


class Households(Strict):
    """Customers, spread evenly over the buses from_m and more away from the transformer."""

    count: Annotated[int, Field(ge=1)]
    from_m: Annotated[float, Field(ge=0)] = 0.0
    phases: Weights = [1.0, 1.0, 1.0]
    three_phase: Share = 0.0
    power_factor: Annotated[float, Field(gt=0, le=1)] = 0.97


class Solar(Strict):
    """Single-phase PV at customers: peak power drawn from the span."""

    count: Annotated[int, Field(ge=0)] = 0
    kw: Span = [2.0, 4.6]
    from_m: Annotated[float, Field(ge=0)] = 0.0
    phases: Weights = [1.0, 1.0, 1.0]


class Cars(Strict):
    """Single-phase charging at customers: `fast` of them with 32 A, the others with 16 A."""

    count: Annotated[int, Field(ge=0)] = 0
    fast: Share = 0.4
    from_m: Annotated[float, Field(ge=0)] = 0.0
    phases: Weights = [1.0, 1.0, 1.0]
    energy_kwh: Positive = 9.0


class Unit(Strict):
    """A balancer; kva is rating x1 of the study. margin_v: 12 V in front of 2/3 of the feeder."""

    bus: Name
    kva: Positive


class Archetype(Strict):
    """The whole file. level_pu: MV voltage over nominal; dip_pu: how far it falls at evening."""

    name: Name
    title: str
    about: str
    transformer: Transformer
    level_pu: Positive = 1.0
    dip_pu: Annotated[float, Field(ge=0)] = 0.01
    short_circuit_mva: Positive = 150.0
    lines: Annotated[list[Cabling], Field(min_length=1)]
    households: Households
    pv: Solar = Solar()
    ev: Cars = Cars()
    units: Annotated[list[Unit], Field(min_length=1)]


def shipped() -> list[str]:
    """Names of the ten sites, in the order of the table they are named after."""
    order = ("madrid1", "madrid2", "madrid3", "madrid4", "lugo1", "pontevedra1", "pontevedra2",
             "pontevedra3", "cuenca1", "acoruna1")
    return [name for name in order if (FOLDER / f"{name}.yaml").exists()]


def load(name_or_path: str | Path) -> Archetype:
    """A shipped site by name, or a file of one's own."""
    path = Path(name_or_path)
    if path.suffix not in (".yaml", ".yml"):
        path = FOLDER / f"{name_or_path}.yaml"
        if not path.exists():
            raise SiteError(f"no site {str(name_or_path)!r}; there are {', '.join(shipped())}, "
                            "or give the path of a site's YAML file")
    return read(path)


def read(path: Path) -> Archetype:
    """Read and check one file."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SiteError(f"{path}: cannot be read: {err.strerror}") from None
    except yaml.YAMLError as err:
        raise SiteError(f"{path}: not YAML: {err}") from None
    try:
        found = Archetype.model_validate(raw)
    except ValidationError as err:
        first = err.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        raise SiteError(f"{path}: {key}: {first['msg']}") from None
    _check(path, found)
    return found


def _check(path: Path, site: Archetype) -> None:
    """Every bus is reached from the transformer's bus, the first line's start, once."""
    reached = {site.lines[0].start}
    for i, line in enumerate(site.lines):
        if line.start not in reached:
            raise SiteError(f"{path}: lines.{i}.start: bus {line.start!r} is not the end of a "
                            "line above; write lines from the transformer outwards")
        if line.end in reached:
            raise SiteError(f"{path}: lines.{i}.end: bus {line.end!r} is fed already; a site is "
                            "a tree")
        reached.add(line.end)
    for i, unit in enumerate(site.units):
        if unit.bus not in reached:
            raise SiteError(f"{path}: units.{i}.bus: no line leads to {unit.bus!r}")
