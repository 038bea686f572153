"""Tables of parameters that boxes have sent, kept by their hash in the user's cache folder.

A box needs a while to send its table; the same hash means the same table. What cannot be read or
written there is asked for again, never an error.
"""

import contextlib
import json
import os
from pathlib import Path


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "phaseward" / "tables"


class Tables:
    """As `link.Box` wants it."""

    def __init__(self, folder: Path | None = None):
        self._folder = folder or cache_folder()

    def find(self, schema: str, count: int) -> tuple[list, list] | None:
        """(columns, rows) of the table with that hash, None where it is not there whole."""
        try:
            kept = json.loads(self._path(schema).read_text(encoding="utf-8"))
            columns, rows = kept["columns"], kept["rows"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        whole = len(rows) == count and all(len(row) == len(columns) for row in rows)
        return (columns, rows) if whole else None

    def keep(self, schema: str, columns: list, rows: list) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = self._folder / f".{os.getpid()}.draft"
            draft.write_text(json.dumps({"columns": columns, "rows": rows}), encoding="utf-8")
            draft.replace(self._path(schema))

    def newest(self) -> tuple[list, list] | None:
        """The table kept last, for completion."""
        try:
            path = max(self._folder.glob("*.json"), key=lambda p: p.stat().st_mtime)
            kept = json.loads(path.read_text(encoding="utf-8"))
            return kept["columns"], kept["rows"]
        except (OSError, ValueError, KeyError):
            return None

    def _path(self, schema: str) -> Path:
        name = "".join(c for c in schema if c.isalnum())
        return self._folder / f"{name}.json"
