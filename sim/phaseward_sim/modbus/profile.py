"""Device profiles for the simulated slaves, and their number formats.

The JSON files are the firmware's own (`phaseward/bus/profiles`): master and slave are built
from one register map. The *number formats* are written again here with `struct`, so that the
firmware's integer-only decoder is judged by code it does not share.

Units: a profile row turns a register into its own unit (`unit`, e.g. mV) by
value = raw * scale_num / scale_den. Slaves work in SI; `SI_PER_UNIT` converts.
Failure: a missing file, bad JSON or a missing key raises ProfileError naming file and key.
"""

from __future__ import annotations

import json
import math
import struct
from importlib import resources
from pathlib import Path

SI_PER_UNIT = {
    "mV": 1e-3, "mA": 1e-3, "mHz": 1e-3, "W": 1.0, "var": 1.0, "VA": 1.0,
    "s": 1.0, "ms": 1e-3, "Wh": 1.0, "0.1 degC": 0.1, "": 1.0,
}
"""SI units (degC for temperature) in one unit of a profile row."""

_FORMATS = {"float32": ">f", "int16": ">h", "uint16": ">H", "int32": ">i", "uint32": ">I"}
_BOUNDS = {
    "int16": (-(2**15), 2**15 - 1), "uint16": (0, 2**16 - 1),
    "int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1),
}


class ProfileError(ValueError):
    """A profile that cannot be used; the message names file and key."""


def load(name_or_path, kind: str) -> dict:
    """Read one profile by id (one of the firmware's) or by path of a JSON file.

    kind: "meter", "wallbox" or "stage"; another kind in the file is an error.
    """
    path = _locate(name_or_path)
    try:
        profile = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(p.name[:-5] for p in _folder().iterdir()
                                 if p.name.endswith(".json")))
        raise ProfileError(f"{path}: no such profile; known ids: {known}") from None
    except json.JSONDecodeError as error:
        raise ProfileError(f"{path}:{error.lineno}: not valid JSON: {error.msg}") from None
    if profile.get("kind") != kind:
        raise ProfileError(f"{path}: kind: expected {kind!r}, got {profile.get('kind')!r}")
    profile["file"] = str(path)
    return profile


def _folder():
    return resources.files("phaseward.bus") / "profiles"


def _locate(name_or_path):
    text = str(name_or_path)
    if text.endswith(".json"):
        return Path(text)
    return _folder() / f"{text}.json"


def row_of(profile: dict, table: str, name: str) -> dict:
    """The row `name` of the profile's `table` ("quantities" or "registers")."""
    try:
        return profile[table][name]
    except KeyError:
        raise ProfileError(f"{profile.get('file')}: {table}.{name}: missing") from None


def encode(row: dict, value_si: float) -> list[int]:
    """Registers (most significant first unless the row says "lsw") that carry `value_si`.

    Integer types are rounded to the nearest step and saturate, as meters do. NaN becomes the
    row's `na` bit pattern; without one, IEEE NaN for float32, else ProfileError.
    """
    packed = _not_available(row) if math.isnan(value_si) else _pack(row, value_si)
    words = list(struct.unpack(f">{len(packed) // 2}H", packed))
    return words[::-1] if row.get("word_order", "msw") == "lsw" else words


def _pack(row: dict, value_si: float) -> bytes:
    kind = row["type"]
    raw = value_si / SI_PER_UNIT[row["unit"]] * row["scale_den"] / row["scale_num"]
    if kind in _BOUNDS:
        low, high = _BOUNDS[kind]
        raw = int(min(max(round(raw), low), high))
    return struct.pack(_FORMATS[kind], raw)


def _not_available(row: dict) -> bytes:
    pattern = row.get("na")
    if pattern is not None:
        first = pattern[0] if isinstance(pattern, list) else pattern
        return int(first).to_bytes(2 * width(row), "big")
    if row["type"] != "float32":
        raise ProfileError(f"register {row['register']}: NaN cannot be sent: the row has no `na`")
    return struct.pack(">f", math.nan)


def decode(row: dict, words) -> float:
    """The SI value carried by `words` (as many registers as the row's type takes)."""
    ordered = list(words)[::-1] if row.get("word_order", "msw") == "lsw" else list(words)
    packed = struct.pack(f">{len(ordered)}H", *ordered)
    raw = struct.unpack(_FORMATS[row["type"]], packed)[0]
    return raw * row["scale_num"] / row["scale_den"] * SI_PER_UNIT[row["unit"]]


def width(row: dict) -> int:
    """Number of registers the row occupies."""
    return struct.calcsize(_FORMATS[row["type"]]) // 2
