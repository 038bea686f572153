"""A signed application as one file: a ZIP with `manifest` and what it names: files, or one image.

Made from a folder that holds the package `phaseward` (sources or .mpy); for boards that execute
updates in place bytecode alone will do. The same input gives the same bytes.
Failure: FlashInputError naming file and fault.
"""

import zipfile
from pathlib import Path

from phaseward.update.manifest import Manifest, UpdateError
from phaseward_tools import signing

from .errors import FlashInputError
from .rom_image import make_image

MANIFEST = "manifest"
IMAGE = "application.romfs"
_LEFT_OUT = ("__pycache__", ".pyc", ".md")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def make(folder: Path, version: str, seed: bytes, out: Path, in_place: bool = False) -> int:
    """Signs what is below `folder`/phaseward; returns the number of files.

    in_place : for boards that execute it in place
    """
    files = _files(folder)
    try:
        manifest, packed = _signed(files, version, seed, in_place)
        Manifest(manifest)
    except (UpdateError, ValueError) as error:
        raise FlashInputError(f"{folder}: {error}") from None
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for name, contents in [(MANIFEST, manifest), *packed]:
                file.writestr(zipfile.ZipInfo(name, _EPOCH), contents)
    except OSError as error:
        raise FlashInputError(f"{out}: cannot be written: {error.strerror}") from None
    return len(files)


def _files(folder: Path) -> list[tuple[str, bytes]]:
    root = folder / "phaseward"
    if not root.is_dir():
        raise FlashInputError(f"{folder}: no folder `phaseward` in it")
    return [(path.relative_to(folder).as_posix(), path.read_bytes())
            for path in sorted(root.rglob("*"))
            if path.is_file() and not any(part in str(path) for part in _LEFT_OUT)]


def _signed(files, version: str, seed: bytes, in_place: bool):
    """(manifest, what goes into the ZIP beside it)."""
    if not in_place:
        return signing.make_manifest(version, files, seed), files
    image = make_image(files)
    return signing.make_image_manifest(version, image, seed), [(IMAGE, image)]


def read(path: Path) -> tuple[bytes, bytes, str]:
    """(manifest, data, version) of a package, whole and as the manifest says."""
    try:
        with zipfile.ZipFile(path) as packed:
            manifest = packed.read(MANIFEST)
            found = Manifest(manifest)
            named = [(IMAGE, *found.image)] if found.image else found.files
            files = [(name, packed.read(name)) for name, _, _ in named]
    except OSError as error:
        raise FlashInputError(f"{path}: cannot be read: {error.strerror}") from None
    except (KeyError, zipfile.BadZipFile, UpdateError) as error:
        raise FlashInputError(f"{path}: is no package of `phaseward package`: {error}") from None
    for (name, contents), (_, size, _) in zip(files, named, strict=True):
        if len(contents) != size:
            raise FlashInputError(f"{path}: {name} has {len(contents)} bytes, the manifest says "
                                  f"{size}")
    return manifest, signing.stream(files), found.version


def read_seed(path: Path) -> bytes:
    """The manufacturer's secret key: 32 bytes, or 64 hex digits, in a file nobody else can
    read."""
    try:
        content = path.read_bytes()
        others = path.stat().st_mode & 0o077
    except OSError as error:
        raise FlashInputError(f"{path}: cannot be read: {error.strerror}") from None
    if others:
        raise FlashInputError(f"{path}: others can read this secret key: chmod 600 {path}")
    if len(content) == 32:
        return content
    try:
        seed = bytes.fromhex(content.decode().strip())
    except (UnicodeDecodeError, ValueError):
        seed = b""
    if len(seed) != 32:
        raise FlashInputError(f"{path}: a secret key is 32 bytes or 64 hex digits")
    return seed
