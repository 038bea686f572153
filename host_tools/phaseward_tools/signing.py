"""Makes an application package: a manifest of files or of an image, signed by the manufacturer.

The key is the 32-byte seed of Ed25519 (RFC 8032). Signing takes place at the manufacturer's desk;
the box holds the public key alone. Plain integers, the same arithmetic as on the box: not in
constant time, so not for a machine on which others can measure.
"""

from binascii import hexlify
from hashlib import sha256

from phaseward.update.ed25519 import (
    BASE,
    ORDER,
    double_multiple_steps,
    encoded,
    number_of,
)
from phaseward.update.manifest import FIRST_LINE, INTERFACE
from phaseward.update.sha512 import sha512
from phaseward.update.steps import result_of

_NOTHING = (0, 1, 1, 0)


def _expanded(seed):
    """(scalar, prefix) of a seed, RFC 8032, 5.1.5."""
    if len(seed) != 32:
        raise ValueError(f"a secret key of {len(seed)} bytes, expected 32")
    digest = sha512(seed)
    scalar = int.from_bytes(digest[:32], "little")
    return scalar & (1 << 254) - 8 | 1 << 254, digest[32:]


def _multiple_of_base(scalar):
    return encoded(result_of(double_multiple_steps(scalar, BASE, 0, _NOTHING)))


def public_key(seed):
    """The 32 bytes that boxes trust."""
    return _multiple_of_base(_expanded(seed)[0])


def sign(seed, message):
    """The 64-byte signature of `message`."""
    scalar, prefix = _expanded(seed)
    secret = number_of(prefix, message)
    commitment = _multiple_of_base(secret)
    h = number_of(commitment, public_key(seed), message)
    answer = (secret + h * scalar) % ORDER
    return commitment + answer.to_bytes(32, "little")


def make_manifest(version, files, seed, interface=INTERFACE):
    """The signed manifest, as bytes. `files`: list of (path, contents)."""
    lines = [f"file {path} {_told(contents)}" for path, contents in files]
    return _signed(version, lines, seed, interface)


def make_image_manifest(version, image, seed, interface=INTERFACE):
    """The same for a ROMFS image (bytes) that boxes execute in place."""
    return _signed(version, [f"image {_told(image)}"], seed, interface)


def _told(contents):
    """Size and SHA-256."""
    return f"{len(contents)} {hexlify(sha256(contents).digest()).decode()}"


def _signed(version, contents, seed, interface):
    lines = [FIRST_LINE, "version " + version, f"interface {interface}"] + contents
    signed = ("\n".join(lines) + "\n").encode()
    return signed + b"signature " + hexlify(sign(seed, sha256(signed).digest())) + b"\n"


def stream(files):
    """The bytes that follow a manifest on the wire."""
    return b"".join([contents for _, contents in files])
