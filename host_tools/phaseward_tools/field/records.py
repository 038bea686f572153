"""All that a box keeps, pulled into one mapping, and kept as one JSON file.

    {"format": "phaseward records 1", "pulled_at": ISO time, "identity", "status", "parameters",
     "loads", "reasons", "quality", "bus", "wiring", "log": [[...]], "means": [[...]]}
`wiring` is null of a firmware that does not tell it, and missing in older files.
Failure: FieldError for a file that is none of these.
"""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from phaseward_tools.field.errors import FieldError
from phaseward_tools.field.times import Times
from phaseward_tools.link import Box, UnknownRequest
from phaseward_tools.link.parameters import Parameter, from_rows

FORMAT = "phaseward records 1"
_COLUMNS = list(Parameter.__dataclass_fields__)
Tell = Callable[[str, float], None]


def pull(box: Box, tell: Tell = lambda what, share: None) -> dict:
    """Everything. tell: called with what is being read and the share done of it."""
    tell("parameters", 0.0)
    values = box.values()
    found = {
        "format": FORMAT,
        "pulled_at": datetime.now().isoformat(timespec="seconds"),
        "identity": box.identity,
        "status": box.status(),
        "columns": _COLUMNS,
        "parameters": [[*vars(p).values(), values[name]] for name, p in box.parameters.items()],
        "loads": box.loads(),
        "reasons": box.explain(),
        "quality": box.client.request("quality"),
        "bus": box.bus(),
        "wiring": _wiring(box),
    }
    tell("log", 0.0)
    found["log"] = box.log()
    try:
        means = box.means(tell=lambda share: tell("10-minute means", share))
    except UnknownRequest:
        means = []  # a firmware that keeps none
    found["means"] = [list(vars(one).values()) for one in means]
    return found


def _wiring(box: Box) -> dict | None:
    """What probing found."""
    try:
        return box.client.request("wiring")
    except UnknownRequest:
        return None


def parameters_of(records: dict) -> tuple[dict[str, Parameter], dict]:
    """(parameters, their values) by id."""
    rows = [row[:-1] for row in records["parameters"]]
    found = from_rows(records["columns"], rows)
    return found, {row[0]: row[-1] for row in records["parameters"]}


def times_of(records: dict) -> Times:
    """When the entries of log and means were."""
    spans = [(entry[2], entry[1]) for entry in records["log"] + records["means"]]
    return Times(datetime.fromisoformat(records["pulled_at"]), records["identity"]["boot"],
                 records["status"]["uptime_s"], spans)


def write(records: dict, path: Path) -> None:
    try:
        path.write_text(json.dumps(records), encoding="utf-8")
    except OSError as error:
        raise FieldError(f"{path}: cannot be written: {error.strerror}") from None


def read(path: Path) -> dict:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        told = found["format"]
    except OSError as error:
        raise FieldError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise FieldError(f"{path}: holds no records of a box; `phaseward pull` writes "
                         "them") from None
    if told != FORMAT:
        raise FieldError(f"{path}: is {told!r}, these tools read {FORMAT!r}")
    return found
