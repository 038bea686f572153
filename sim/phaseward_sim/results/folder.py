"""Folders that appear whole or not at all.

Work is done in a hidden sibling and renamed at the end, so that a stop half-way (Ctrl-C, full
disk, power cut) leaves the earlier content untouched. A folder that is not ours is never
replaced: ours hold the marker file.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from phaseward_sim.results.errors import ResultWriteError

MARKER = ".phaseward-results"


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that becomes `target` when the block ends without an error.

    Raises ResultWriteError if `target` is a file, holds something else, or cannot be written.
    """
    # Resolved by hand: a dangling link must be refused, not followed.
    target = Path(os.path.abspath(target))
    _refuse_foreign(target)
    work = _make_work_folder(target)
    try:
        yield work
        (work / MARKER).write_text("Written by phaseward; replaced by its next run.\n")
        _swap(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _refuse_foreign(target: Path) -> None:
    if target.is_symlink() or target.exists() and not target.is_dir():
        raise ResultWriteError(f"{target}: is not a folder; name another one")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).exists():
        raise ResultWriteError(f"{target}: holds files that phaseward did not write; "
                          "name another folder or empty it")


def _make_work_folder(target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        # mkdtemp is private to the user; results get the permissions any folder would have.
        work.chmod(0o777 & ~_umask())
    except OSError as error:
        raise ResultWriteError(f"{target}: cannot be written ({error.strerror})") from error
    return work


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _swap(work: Path, target: Path) -> None:
    if not target.exists():
        work.rename(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    target.rename(old / "old")
    try:
        work.rename(target)
    except OSError:
        (old / "old").rename(target)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
