"""Compares what a box holds with what it should: image, sources, application, parameters.

Each comparison is one `Check`; what a box cannot tell is said, and is no failure unless it was
asked for. Failure: Refused, NoAnswer of the link.
"""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from phaseward_sim.results import firmware_hash, mapping_hash
from phaseward_tools.link import Box, Refused

from . import uf2
from .errors import FlashInputError

PAGE = 256  # bytes that a block of a UF2 file writes


@dataclass(frozen=True)
class Check:
    """good: None where nothing was to be compared."""

    what: str
    found: str
    good: bool | None = None
    text: str = ""


def verify(box: Box, image: Path | None, sources: bool, profile: Path | None,
           parameters: str | None) -> list[Check]:
    """All checks in the order of a box's layers."""
    found = box.identity
    checks = [Check("box", f"{found['identity']} on {found['board']}"),
              _sources(found, sources)]
    if image is not None:
        checks.append(_image(box, image))
    checks.append(Check("application", box.client.request("update")["told"]))
    checks.append(Check("schema", found["schema"]))
    checks.append(_parameters(box, parameters))
    if profile is not None:
        checks.append(_profile(box, profile))
    unsaved = box.status()["unsaved"]
    checks.append(Check("saved", "all values in force" if not unsaved else
                        f"{unsaved} values in force are not saved", not unsaved or None))
    return checks


def parameters_hash(box: Box) -> str:
    """Of all values in force, as results of runs name it for a box of no name."""
    return mapping_hash(box.values())


def _sources(found: dict, compare: bool) -> Check:
    sources = found.get("sources", "")
    told = f"{found['firmware']}, sources {sources or 'unknown: it runs from files'}"
    if not compare:
        return Check("firmware", told)
    ours = firmware_hash()
    return Check("firmware", told, sources == ours, f"this installation has {ours}")


def _image(box: Box, path: Path) -> Check:
    data = image_bytes(path)
    try:
        digest = box.image_digest(len(data), lambda: time.sleep(0.2))
    except Refused as error:
        return Check("image", "cannot be read", False, str(error))
    ours = hashlib.sha256(data).hexdigest()
    return Check("image", digest, digest == ours, f"{path} has {ours}")


def image_bytes(path: Path) -> bytes:
    """What a file puts at the beginning of flash, without zeros at the end of its last page.

    A UF2 file fills its last page up with zeros, a .bin file ends where the image does. Neither
    tells which of the two the box was flashed with: so both are compared up to the last byte that
    is not filling.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FlashInputError(f"{path}: cannot be read: {error.strerror}") from None
    data = uf2.read(content, str(path)).data if path.suffix == ".uf2" else content
    last = max(0, len(data) - 1) // PAGE * PAGE
    return data[:last] + data[last:].rstrip(b"\0")


def _parameters(box: Box, wanted: str | None) -> Check:
    found = parameters_hash(box)
    if wanted is None:
        return Check("parameters", found)
    return Check("parameters", found, found == wanted, f"expected {wanted}")


def _profile(box: Box, path: Path) -> Check:
    from phaseward_tools.field import batch, tuning

    read = batch.read(path, box.parameters, box.identity.get("ids"))
    wrong = tuning.changes(box, read.values, read.fresh)
    text = ", ".join(f"{p.id} is {old}, not {new}" for p, old, new in wrong[:6])
    return Check("profile", f"{len(read.values)} values of {path}", not wrong, text)
