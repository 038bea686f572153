"""Writes an image or files to a board, the way its chip wants it, and verifies what can be
verified.

Each way can be repeated after an interruption: boot loaders live in ROM or are not touched.
Progress is told as shares, 0..1. Failure: FlashError, FlashInputError, FlashToolMissing.
"""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from . import chips, finding, programs, uf2
from .errors import FlashError, FlashInputError
from .known import Board

_PART = 64 * 1024
TOUCH_BAUD = 1200  # opening the port at this speed asks an RP2040 for its boot loader
_APPEAR_S = 10.0
_OF_MIP = "package.json"  # in a set of bytecode: for mip, not for the board
FLASH_AT = 0x10000000  # where an RP2040 sees its flash


@dataclass(frozen=True)
class Wish:
    """What to write where. path: image, or folder of files. Empty `port`, `drive`: look."""

    board: Board
    path: Path
    port: str | None = None
    drive: Path | None = None
    tool: str | None = None


def standard_image(board: Board) -> Path:
    """Where `make firmware` leaves the board's image."""
    name = "firmware.uf2" if board.chip.uf2_family else "firmware.bin"
    return Path("build") / "firmware" / board.name / name


def flash(wish: Wish, tell, progress: programs.Progress) -> str:
    """Writes; returns one sentence about what was done and verified."""
    if wish.path.is_dir():
        return copy_files(wish, tell, progress)
    if not wish.path.is_file():
        raise FlashInputError(f"{wish.path}: no such file; `make firmware "
                              f"BOARD={wish.board.name}` builds {_made(wish.board)}")
    if wish.board.chip.uf2_family:
        return _flash_rp2(wish, tell, progress)
    return _flash_esp(wish, progress)


def _made(board: Board) -> str:
    if board.chip.esp_id is None:
        return "the image"
    return ("it where ESP-IDF is, and bytecode everywhere, which `phaseward flash "
            f"{board.name} build/firmware/{board.name}/mpy` copies")


# --- RP2040 and RP2350 ---------------------------------------------------------------------


def _flash_rp2(wish: Wish, tell, progress) -> str:
    content = wish.path.read_bytes()
    image = _checked(wish, content)
    if wish.tool == "picotool":
        return _picotool(wish, progress)
    drive = _drive_for(wish, tell)
    if drive is None:
        return _picotool(wish, progress)
    if wish.path.suffix != ".uf2":
        content = uf2.write(image.data, image.start, image.family)
    return copy_to_drive(content, drive, progress)


def _checked(wish: Wish, content: bytes) -> uf2.Image:
    """The image, certain to be for the board's chip."""
    chip = wish.board.chip
    if wish.path.suffix != ".uf2":
        chips.check(content, chip, str(wish.path))
        return uf2.Image(chip.uf2_family, FLASH_AT, content)
    image = uf2.read(content, str(wish.path))
    if image.family != chip.uf2_family:
        raise FlashInputError(f"{wish.path}: is for the family {image.family:#010x}, {chip.name} "
                              f"is {chip.uf2_family:#010x}: the file is for another chip")
    return image


def _drive_for(wish: Wish, tell) -> finding.Drive | None:
    """The UF2 drive to copy to; a running board is asked to show it. None: picotool must do."""
    if wish.drive is not None:
        board = finding.board_id(wish.drive)
        if not board:
            raise FlashError(f"{wish.drive}: no UF2 drive (no {finding.INFO} in it): hold BOOTSEL "
                             "while plugging the board in")
        return _fitting([finding.Drive(wish.drive, board)], wish)
    found = _fitting(finding.drives(), wish)
    if found is None and wish.port is not None:
        tell(f"{wish.port}: asked for its boot loader")
        _touch(wish.port)
        until_s = time.monotonic() + _APPEAR_S
        while found is None and time.monotonic() < until_s:
            time.sleep(0.2)
            found = _fitting(finding.drives(), wish)
    return found


def _fitting(found: list[finding.Drive], wish: Wish) -> finding.Drive | None:
    chip = wish.board.chip
    fits = [drive for drive in found if drive.chip is chip]
    if len(fits) > 1:
        raise FlashError("several boards in their boot loader: name one by --drive: "
                         + ", ".join(str(drive.path) for drive in fits))
    if wish.drive is not None and not fits:
        raise FlashError(f"{wish.drive}: its boot loader says {found[0].board!r}, {chip.name} was "
                         f"expected ({', '.join(chip.board_ids)})")
    return fits[0] if fits else None


def _touch(port: str) -> None:
    import serial

    try:
        serial.Serial(port, TOUCH_BAUD).close()
    except (OSError, ValueError) as error:
        raise FlashError(f"{port}: cannot be opened: {error}; hold BOOTSEL while plugging the "
                         "board in instead") from None


def copy_to_drive(content: bytes, drive: finding.Drive, progress) -> str:
    """Writes the file part by part. The board takes each block as it comes, and restarts at the
    last one: that the drive goes away then is no fault."""
    target = drive.path / "firmware.uf2"
    written = 0
    try:
        with open(target, "wb", buffering=0) as out:
            for first in range(0, len(content), _PART):
                written += out.write(content[first : first + _PART])
                os.fsync(out.fileno())
                progress(written / len(content))
    except OSError as error:
        if written < len(content):
            raise FlashError(f"{drive.path}: broke off after {written} of {len(content)} bytes: "
                             f"{error.strerror}; plug the board in with BOOTSEL held and repeat"
                             ) from None
    return (f"{written} bytes copied to {drive.path} ({drive.board}); the board restarts by "
            "itself, `phaseward verify` compares what it holds")


def _picotool(wish: Wish, progress) -> str:
    try:
        command = programs.find("picotool")
    except Exception as missing:
        raise type(missing)(f"no {wish.board.chip.name} in its boot loader is mounted as a drive: "
                            f"hold BOOTSEL while plugging it in, or name --port; else {missing}"
                            ) from None
    programs.run([*command, "load", "-v", "-x", str(wish.path)], progress)
    return "written and verified by picotool; the board has restarted"


# --- ESP32 ---------------------------------------------------------------------------------


def _flash_esp(wish: Wish, progress) -> str:
    chips.check(wish.path.read_bytes(), wish.board.chip, str(wish.path))
    command = programs.find("esptool")
    port = wish.port or _only_port(wish)
    chip = wish.board.chip
    common = [*command, "--chip", chip.name.lower().replace("-", ""), "--port", port]
    place = [hex(chip.flash_at), str(wish.path)]
    programs.run([*common, "--baud", "460800", "write-flash", *place],
                 lambda share: progress(0.9 * share))
    programs.run([*common, "verify-flash", *place])
    progress(1.0)
    return f"written to {port} and verified by esptool; the board has restarted"


def _only_port(wish: Wish) -> str:
    found = [p for p in finding.ports() if wish.board.chip in p.chips]
    if len(found) != 1:
        what = ", ".join(p.name for p in found) or "none"
        raise FlashError(f"expected one port that can be an {wish.board.chip.name}, found {what}: "
                         "name it by --port")
    return found[0].name


# --- files ---------------------------------------------------------------------------------


def copy_files(wish: Wish, tell, progress) -> str:
    """A folder of .py or .mpy files onto the board's file system by mpremote; each is compared by
    its hash, and one that is there already is not written again."""
    command = programs.find("mpremote")
    port = wish.port or _only_port(wish)
    command += ["connect", port]
    files = sorted(path for path in wish.path.rglob("*") if path.is_file()
                   and path != wish.path / _OF_MIP)
    if not files:
        raise FlashInputError(f"{wish.path}: no files in it")
    written = 0
    made: set[str] = set()
    for number, path in enumerate(files):
        name = path.relative_to(wish.path).as_posix()
        if _digest_on(command, name) != hashlib.sha256(path.read_bytes()).hexdigest():
            _make_parents(command, name, made)
            programs.run([*command, "resume", "fs", "cp", str(path), f":{name}"])
            written += 1
            if _digest_on(command, name) != hashlib.sha256(path.read_bytes()).hexdigest():
                raise FlashError(f"{name}: differs on the board after it was written; repeat, and "
                                 "if it stays so, the flash is worn or full")
        progress((number + 1) / len(files))
    tell(f"{len(files) - written} files were there already")
    return f"{written} files written to {port}, {len(files)} verified by SHA-256"


def _digest_on(command: list[str], name: str) -> str:
    try:
        text = programs.run([*command, "resume", "fs", "sha256sum", f":{name}"])
    except FlashError:
        return ""  # not there
    return next((word for word in text.split() if len(word) == 64), "")


def _make_parents(command: list[str], name: str, made: set[str]) -> None:
    for parent in reversed(Path(name).parents[:-1]):
        folder = parent.as_posix()
        if folder not in made:
            made.add(folder)
            try:
                programs.run([*command, "resume", "fs", "mkdir", f":{folder}"])
            except FlashError:
                continue  # it is there
