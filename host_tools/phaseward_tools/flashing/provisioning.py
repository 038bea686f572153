"""Makes a new box an operator's: keys, the key of updates, its profile of parameters.

The keys lie in their file before the box has them, so that no break leaves a box whose keys nobody
knows; the same command goes on with that file. Nothing secret is printed or passed on a command
line. Failure: KeyFileError, FlashInputError, Refused.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from phaseward_tools.key_file import KeyFileError, read_key, write_keys
from phaseward_tools.link import AccessRefused, Box, device_key
from phaseward_tools.link.keys import KEY_BYTES

from .errors import FlashInputError

LEVELS = ("technician", "manufacturer")


@dataclass(frozen=True)
class Wish:
    """keys: the key file, new or there already; master: an operator's secret to derive keys from;
    trust: public key of updates, 64 hex digits; profile: a file of parameters."""

    keys: Path | None = None
    master: Path | None = None
    trust: str | None = None
    profile: Path | None = None


def provision(box: Box, wish: Wish, tell) -> Path:
    """Does it; returns where the keys are. tell: takes one sentence about each thing done."""
    identity = box.identity["identity"]
    path = wish.keys or Path("keys") / f"{identity}.json"
    trust = _public_key(wish.trust)
    technician, manufacturer = _keys(path, identity, wish.master, tell)
    _log_in_where_needed(box, technician, manufacturer)
    if wish.profile is not None:
        _load_profile(box, wish.profile, tell)
    if trust is not None:
        box.trust(trust)
        tell("updates must be signed by the key given")
    if box.identity["commissioning"]:
        box.provision(technician, manufacturer)
        tell("the box has its keys")
    return path


def _keys(path: Path, identity: int, master: Path | None, tell) -> tuple[bytes, bytes]:
    if path.exists():
        found = [read_key(path, level, identity) for level in LEVELS]
        if None in found:
            raise KeyFileError(f"{path}: both keys are needed to provision a box")
        tell(f"keys taken from {path}")
        return tuple(found)
    if master is not None:
        secret = _master(master)
        found = [device_key(secret, level, identity) for level in LEVELS]
    else:
        found = [secrets.token_bytes(KEY_BYTES) for _ in LEVELS]
    write_keys(path, identity, *found)
    tell(f"keys of box {identity} written to {path}: keep them, nobody can read them from the box")
    return tuple(found)


def _master(path: Path) -> bytes:
    try:
        content = path.read_bytes().strip()
    except OSError as error:
        raise FlashInputError(f"{path}: cannot be read: {error.strerror}") from None
    if len(content) < KEY_BYTES:
        raise FlashInputError(f"{path}: a master secret has at least {KEY_BYTES} bytes, not "
                              f"{len(content)}")
    return content


def _public_key(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        content = Path(text).read_text().strip() if Path(text).is_file() else text
        key = bytes.fromhex(content)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise FlashInputError("--trust: expected a public key of 64 hex digits, or a file with "
                              "it; `phaseward package` prints it")
    return key


def _log_in_where_needed(box: Box, technician: bytes, manufacturer: bytes) -> None:
    """A box that has these keys already is gone on with."""
    if box.identity["commissioning"]:
        return
    try:
        box.login("manufacturer", manufacturer)
    except AccessRefused as error:
        raise AccessRefused("access", f"the box has other keys than the file: {error}; a factory "
                            "reset takes them away") from None


def _load_profile(box: Box, path: Path, tell) -> None:
    from phaseward_tools.field import batch, tuning

    found = batch.read(path, box.parameters, box.identity.get("ids"))
    tuning.load(box, found)
    box.save()
    tell(f"{len(found.values)} parameters of {path} are in force and saved")
