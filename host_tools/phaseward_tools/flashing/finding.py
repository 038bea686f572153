"""What is plugged in: serial ports with their USB ids, and mounted UF2 drives.

A drive is known by INFO_UF2.TXT in its root. Nothing is opened or written here.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .known import CHIPS, Chip

INFO = "INFO_UF2.TXT"
_MOUNTS = Path("/proc/mounts")
_PARENTS = ("/media", "/run/media", "/Volumes", "/mnt")


@dataclass(frozen=True)
class Drive:
    """A UF2 drive. board: what its INFO_UF2.TXT calls Board-ID."""

    path: Path
    board: str

    @property
    def chip(self) -> Chip | None:
        return next((c for c in CHIPS.values() if self.board in c.board_ids), None)


@dataclass(frozen=True)
class Port:
    """A serial port on USB."""

    name: str
    vid: int
    pid: int
    serial: str
    about: str

    @property
    def chips(self) -> list[Chip]:
        """Chips that have such a port while they run."""
        return [c for c in CHIPS.values() if (self.vid, self.pid) in c.running_ids]


def drives(more: Iterable[Path] = ()) -> list[Drive]:
    """Every mounted UF2 drive; more: folders to look at as well."""
    found = {}
    for folder in [*more, *_mounted()]:
        board = board_id(folder)
        if board:
            found[folder.resolve()] = Drive(folder, board)
    return list(found.values())


def board_id(folder: Path) -> str:
    """Board-ID of a UF2 drive, "" where it is none."""
    try:
        lines = (folder / INFO).read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines
                 if line.startswith("Board-ID:")), "")


def _mounted() -> list[Path]:
    if _MOUNTS.exists():
        lines = _MOUNTS.read_text(errors="replace").splitlines()
        return [Path(line.split()[1].replace("\\040", " ")) for line in lines if " vfat " in line]
    if os.name == "nt":
        return [Path(f"{letter}:/") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
    parents = [Path(parent) for parent in _PARENTS if Path(parent).is_dir()]
    return [path for parent in parents for path in parent.iterdir()]


def ports() -> list[Port]:
    """Serial ports with USB ids."""
    from serial.tools import list_ports

    return [Port(p.device, p.vid, p.pid, p.serial_number or "", p.description or "")
            for p in sorted(list_ports.comports()) if p.vid is not None]
