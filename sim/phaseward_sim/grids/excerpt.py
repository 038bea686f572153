"""Excerpt files: one LV grid with what is connected to it and some days of profiles.

An excerpt is a pair of files, NAME.json (topology and units) and the CSV that its key `profiles`
names (one row per time step, local time, one column per profile). Units are in the key names:
W, var, ohm/km, m, A. A profile column is the active power of a unit with that profile as a share
of the unit's `p_w`; its reactive power follows in the proportion of `q_var` to `p_w`.

Failure: GridFileError naming the file and the key, line or column, and what was expected.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
FORMAT = 1
KINDS = ("household", "business", "ev", "heat_pump", "pv", "storage")


class GridFileError(ValueError):
    """A grid or profile file cannot be used; the text names file, place and what was expected."""


@dataclass(frozen=True)
class Bus:
    """A node of the LV grid; x and y are positions for drawing (longitude, latitude)."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A cable between two buses; r1, x1: positive-sequence ohm/km as the source gives them."""

    name: str
    from_bus: str
    to_bus: str
    length_m: float
    cable: str
    r1_ohm_per_km: float
    x1_ohm_per_km: float
    max_a: float


@dataclass(frozen=True)
class Transformer:
    """The MV/LV transformer: nameplate values, tap in steps of `tap_step_percent` (HV side)."""

    name: str
    bus: str
    type: str
    rated_va: float
    hv_v: float
    lv_v: float
    vk_percent: float
    vkr_percent: float
    iron_loss_w: float
    no_load_percent: float
    vector_group: str
    tap: int
    tap_step_percent: float


@dataclass(frozen=True)
class Unit:
    """Something connected to a bus: rated power (consumption, or generation of PV), profile.

    phases: 0..2 where the data say them, as imported networks may.
    """

    name: str
    bus: str
    kind: str
    p_w: float
    q_var: float
    profile: str
    phases: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Profiles:
    """Time series by column name; row i holds from times[i] for `step_s` seconds."""

    times: list[datetime]
    columns: dict[str, np.ndarray]
    step_s: int
    path: str = ""

    def index(self, when: datetime) -> int:
        """Row that holds at `when`; GridFileError where the file has a gap or ends."""
        since_s = (when - self.times[0]).total_seconds()
        row = int(np.searchsorted(self._seconds, since_s, "right")) - 1
        if row < 0 or when - self.times[row] >= timedelta(seconds=self.step_s):
            raise GridFileError(f"{self.path}: no row for {when.isoformat(' ')}; "
                                f"days in the file: {self._days_in_words()}")
        return row

    @cached_property
    def _seconds(self) -> np.ndarray:
        return np.array([(t - self.times[0]).total_seconds() for t in self.times])

    @cached_property
    def days(self) -> list[date]:
        """The calendar days with rows."""
        return sorted({t.date() for t in self.times})

    def _days_in_words(self) -> str:
        """The days as spans: `2016-01-18 to 2016-01-31, 2016-05-24`."""
        spans: list[list[date]] = []
        for day in self.days:
            if spans and day - spans[-1][-1] == timedelta(days=1):
                spans[-1][1:] = [day]
            else:
                spans.append([day])
        return ", ".join(" to ".join(map(str, span)) for span in spans)

    def window(self, start: datetime, duration_s: float) -> slice:
        """Consecutive rows covering [start, start + duration_s); GridFileError at a gap."""
        first = self.index(start)
        last = self.index(start + timedelta(seconds=max(duration_s - 1e-6, 0)))
        if (self.times[last] - self.times[first]).total_seconds() != (last - first) * self.step_s:
            raise GridFileError(f"{self.path}: gap between {self.times[first]} "
                                f"and {self.times[last]}")
        return slice(first, last + 1)

    def column(self, profile: str) -> np.ndarray:
        """Column of a profile; GridFileError lists those there are."""
        if profile not in self.columns:
            raise GridFileError(f"{self.path}: no profile {profile!r}; there are "
                                f"{', '.join(self.columns)}")
        return self.columns[profile]


@dataclass(frozen=True)
class Excerpt:
    """A grid with its units and profiles, as read from the pair of files."""

    name: str
    origin: dict
    source_pu: float
    transformer: Transformer
    buses: list[Bus]
    lines: list[Line]
    units: list[Unit]
    profiles: Profiles = field(repr=False)

    def distance_m(self) -> dict[str, float]:
        """Cable length from the transformer's LV bus to each bus in m (shortest way)."""
        near: dict[str, list[tuple[str, float]]] = {bus.name: [] for bus in self.buses}
        for line in self.lines:
            near[line.from_bus].append((line.to_bus, line.length_m))
            near[line.to_bus].append((line.from_bus, line.length_m))
        return shortest(near, self.transformer.bus)


def shortest(near, root) -> dict[str, float]:
    """Length of the shortest way from root; near: bus -> [(neighbour, length)]."""
    found, queue = {}, {root: 0.0}
    while queue:
        bus = min(queue, key=queue.get)
        found[bus] = queue.pop(bus)
        for other, length in near[bus]:
            if other not in found:
                queue[other] = min(queue.get(other, np.inf), found[bus] + length)
    return found


def shipped() -> list[str]:
    """Names of the excerpts that come with the package."""
    return sorted(p.stem for p in DATA_DIR.glob("*.json") if p.with_suffix(".csv").exists())


def load(name_or_path: str | Path) -> Excerpt:
    """Read a shipped excerpt by name, or an own pair of files by the path of its JSON."""
    path = Path(name_or_path)
    if path.suffix != ".json":
        path = DATA_DIR / f"{name_or_path}.json"
        if not path.exists():
            raise GridFileError(f"no shipped grid '{name_or_path}'; "
                                f"there are: {', '.join(shipped())}")
    return read(path)


def read(path: Path) -> Excerpt:
    """Read one excerpt file and the profiles it names."""
    raw = _json(path)
    if raw.get("format") != FORMAT:
        raise GridFileError(f"{path}: format: expected {FORMAT}, got {raw.get('format')!r}")
    try:
        excerpt = Excerpt(
            name=raw["name"], origin=raw["origin"], source_pu=float(raw["source_pu"]),
            transformer=_row(path, "transformer", Transformer, raw["transformer"]),
            buses=_rows(path, raw, "buses", Bus), lines=_rows(path, raw, "lines", Line),
            units=_rows(path, raw, "units", Unit),
            profiles=read_profiles(path.parent / raw["profiles"]))
    except KeyError as missing:
        raise GridFileError(f"{path}: key {missing} is missing") from None
    _check(path, excerpt)
    return excerpt


def _json(path: Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise GridFileError(f"{path}: cannot be read: {err.strerror}") from None
    except json.JSONDecodeError as err:
        raise GridFileError(f"{path}:{err.lineno}: not JSON: {err.msg}") from None


def _rows(path, raw, key, kind) -> list:
    return [_row(path, f"{key}[{i}]", kind, row) for i, row in enumerate(raw[key])]


def _row(path, place, kind, row):
    try:
        return kind(**row)
    except TypeError as err:
        raise GridFileError(f"{path}: {place}: {str(err).split(') ', 1)[-1]}") from None


def _check(path, excerpt) -> None:
    buses = {bus.name for bus in excerpt.buses}
    for line in excerpt.lines:
        for bus in (line.from_bus, line.to_bus):
            _known(path, f"line {line.name}", bus, buses)
    for unit in excerpt.units:
        _known(path, f"unit {unit.name}", unit.bus, buses)
        if unit.kind not in KINDS:
            raise GridFileError(f"{path}: unit {unit.name}: kind: expected one of "
                                f"{', '.join(KINDS)}, got {unit.kind!r}")
    lost = buses - set(excerpt.distance_m())
    if lost:
        raise GridFileError(f"{path}: not connected to the transformer: {', '.join(sorted(lost))}")


def _known(path, place, bus, buses) -> None:
    if bus not in buses:
        raise GridFileError(f"{path}: {place}: bus {bus!r} is not in `buses`")


def read_profiles(path: Path) -> Profiles:
    """Read a profile CSV: `time` (ISO, minutes), then one number per column and row."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
    except OSError as err:
        raise GridFileError(f"{path}: cannot be read: {err.strerror}") from None
    if len(rows) < 3 or rows[0][0] != "time":
        raise GridFileError(f"{path}:1: expected a header `time,...` and at least two rows")
    times, values = _parse(path, rows)
    step_s = int((times[1] - times[0]).total_seconds())
    columns = {name: values[:, i] for i, name in enumerate(rows[0][1:])}
    return Profiles(times, columns, step_s, str(path))


def _parse(path, rows) -> tuple[list[datetime], np.ndarray]:
    times, values = [], np.empty((len(rows) - 1, len(rows[0]) - 1))
    for i, row in enumerate(rows[1:]):
        try:
            times.append(datetime.fromisoformat(row[0]))
            values[i] = [float(x) for x in row[1:]]
        except (ValueError, IndexError):
            raise GridFileError(f"{path}:{i + 2}: expected a time and {values.shape[1]} numbers, "
                                f"got {len(row)} fields starting {row[:2]}") from None
        if i and times[i] <= times[i - 1]:
            raise GridFileError(f"{path}:{i + 2}: time {row[0]} is not after the row before")
    return times, values
