"""The manifest of an application: which files or image, of what size and SHA-256, who signed it.

Lines of ASCII text, each ended by a newline:
    phaseward application 1
    version MAJOR.MINOR.PATCH
    interface N                    the platform interface that the application needs
    file PATH SIZE SHA256          any number; PATH below `phaseward/`; or instead of them one
    image SIZE SHA256              a ROMFS image that is executed in place
    signature HEX                  Ed25519 over the SHA-256 of all lines before
Failure behaviour: everything that is not as it must be raises UpdateError, which says what.
"""

from binascii import hexlify, unhexlify
from hashlib import sha256

from .steps import result_of

INTERFACE = 1  # between the base (selector, platform, main.py) and an application
FIRST_LINE = "phaseward application 1"
LARGEST = 32768
_LONGEST_PATH = 80
_PATH_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_./"
_HEX = "0123456789abcdef"


class UpdateError(ValueError):
    """An update or a part of it is refused; the text says why and what to do."""


def hex_of(data):
    return hexlify(data).decode()


def parse_version(text):
    """(major, minor, patch)."""
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        raise UpdateError("manifest: version %s: expected three numbers, as 1.2.3" % text)
    return tuple([int(part) for part in parts])


def signed_manifest(data, public_key):
    """The Manifest of `data` (bytes), signed by the holder of `public_key` (32 bytes)."""
    return result_of(signed_manifest_steps(data, public_key))


def signed_manifest_steps(data, public_key):
    """The same as a generator, for a box that has other things to do meanwhile."""
    from .ed25519 import verify_steps  # heap that is needed at an update only

    signed, signature = _parted(data)
    right = yield from verify_steps(public_key, sha256(signed).digest(), signature)
    if not right:
        raise UpdateError("manifest: the signature is not the manufacturer's")
    return Manifest(data)


class Manifest:
    """What a manifest says. `files`: list of (path, size, SHA-256 in hex), or `image`: (size,
    SHA-256 in hex), else None. Its signature is not looked at: see `signed_manifest`."""

    def __init__(self, data):
        self.data = data
        self.version = None
        self.files = []
        self.image = None
        self._interface = None
        signed, _ = _parted(data)
        lines = signed.decode().split("\n")[:-1]
        if lines[0] != FIRST_LINE:
            raise UpdateError("manifest: expected the first line %s" % FIRST_LINE)
        for line in lines[1:]:
            self._take(line.split(" "))
        self._check()

    @property
    def total(self):
        """Bytes of all files, or of the image."""
        return self.image[0] if self.image else sum([size for _, size, _ in self.files])

    def _take(self, words):
        if words[0] == "version" and len(words) == 2:
            self.version = parse_version(words[1])
        elif words[0] == "interface" and len(words) == 2:
            self._interface = words[1]
        elif words[0] == "file" and len(words) == 4:
            self.files.append((_path(words[1]), _size(words[2]), _digest(words[3])))
        elif words[0] == "image" and len(words) == 3 and self.image is None:
            self.image = _size(words[1]), _digest(words[2])
        else:
            raise UpdateError("manifest: unknown line %s" % " ".join(words)[:60])

    def _check(self):
        if self.version is None or bool(self.files) == bool(self.image):
            raise UpdateError("manifest: expected a version and at least one file, or one image")
        if self._interface != str(INTERFACE):
            raise UpdateError(
                "the application needs platform interface %s, this box has %d: "
                "install a new base firmware first" % (self._interface, INTERFACE)
            )


def _parted(data):
    """(signed bytes, signature)."""
    if len(data) > LARGEST:
        raise UpdateError("manifest of %d bytes, at most %d" % (len(data), LARGEST))
    at = data.rfind(b"\nsignature ") + 1
    text = data[at + len("signature ") :].rstrip(b"\n") if at else b""
    if len(text) != 128 or not all(chr(c) in _HEX for c in text):
        raise UpdateError("manifest: expected a last line: signature, 128 hex digits")
    if not all(c < 128 for c in data):
        raise UpdateError("manifest: expected ASCII text")
    return data[:at], unhexlify(text)


def _path(text):
    """A path that stays in the slot."""
    inside = text.startswith("phaseward/") and ".." not in text and "//" not in text
    if not inside or len(text) > _LONGEST_PATH or not all(c in _PATH_LETTERS for c in text):
        raise UpdateError("manifest: path %s: expected one below phaseward/" % text[:80])
    return text


def _size(text):
    if not text.isdigit() or len(text) > 7:
        raise UpdateError("manifest: size %s: expected a number of bytes" % text[:20])
    return int(text)


def _digest(text):
    if len(text) != 64 or not all(c in _HEX for c in text):
        raise UpdateError("manifest: SHA-256 %s: expected 64 hex digits" % text[:70])
    return text
