"""Finished runs, one JSON file each, named by the run's hash; written whole or not at all.

`OUT/runs/<hash>.json`. A damaged or foreign file counts as not done. Failure: ResultWriteError
naming the place that cannot be written.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from ..results import ResultWriteError

FORMAT = 1


class Store:
    """The runs of one output folder."""

    def __init__(self, out: Path | str):
        self.out = Path(out)
        self.folder = self.out / "runs"

    def make(self) -> None:
        """Make the folder; ResultWriteError where that is not possible."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as err:
            raise ResultWriteError(f"{self.folder}: cannot be written ({err.strerror})") from None

    def path(self, run) -> Path:
        """Where its result is, or will be."""
        return self.folder / f"{run.digest}.json"

    def has(self, run) -> bool:
        """Whether it is done."""
        return self.read(run) is not None

    def read(self, run) -> dict | None:
        """Its result, None where there is none."""
        try:
            content = json.loads(self.path(run).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        usable = isinstance(content, dict) and content.get("format") == FORMAT
        return content if usable and content.get("digest") == run.digest else None

    def write(self, run, outcome: dict) -> None:
        """Keep a result; a stop half-way leaves nothing."""
        content = {"format": FORMAT, "digest": run.digest, "run": run.words, **outcome}
        try:
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path(run))
        except OSError as err:
            raise ResultWriteError(f"{self.path(run)}: cannot be written "
                                   f"({err.strerror})") from None
