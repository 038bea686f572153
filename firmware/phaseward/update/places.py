"""Where applications lie, and the file operations on them.

Two slots beside the base firmware: two halves of a region of flash where the board has one and
executes from there (`rom.py`), else two folders, `app_a` and `app_b` (`folders.py`), each with a
`manifest` and the files it names. The manifest goes first when a slot is cleared, and comes by a
rename: a slot without one is empty, whatever else lies in it.
"""

import os
from hashlib import sha256

from .manifest import Manifest, UpdateError, hex_of, signed_manifest
from .selection import NAMES

KEY_FILE = "update.key"
_MANIFEST = "manifest"
_FOLDER = 0x4000
_PART = 1024


def places_of(storage, rom):
    """The slots of a box: halves of the region `rom`, or folders in `storage` where it is None.
    Imported only where they are used: each board needs its heap."""
    if rom is None:
        from .folders import Folders

        return Folders(storage)
    from .rom import RomSlots

    return RomSlots(rom)


def folder_of(storage, slot):
    return "%s/app_%s" % (storage, NAMES[slot])


def public_key(storage):
    """The manufacturer's key that this box trusts. UpdateError where there is none."""
    data = read(storage + "/" + KEY_FILE) or b""
    try:
        key = bytes([int(data[i : i + 2], 16) for i in range(0, 64, 2)])
    except ValueError:
        key = b""
    if len(key) != 32:
        raise UpdateError("no manufacturer's key on this box: it takes no updates")
    return key


def put_public_key(storage, text):
    """Trusts another key, 64 hex digits in small letters. ValueError where it is none."""
    if len(text) != 64 or [digit for digit in text if digit not in "0123456789abcdef"]:
        raise ValueError("a public key is 64 hex digits in small letters")
    path = storage + "/" + KEY_FILE
    with open(path + ".new", "w") as file:
        file.write(text)
    os.rename(path + ".new", path)


def read(path):
    """The file's bytes, or None."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def size_of(path):
    """Bytes, or -1 where there is no such file."""
    try:
        return os.stat(path)[6]
    except OSError:
        return -1


def digest_of(path):
    """SHA-256 in hex."""
    digest = sha256()
    with open(path, "rb") as file:
        while True:
            part = file.read(_PART)
            if not part:
                return hex_of(digest.digest())
            digest.update(part)


def manifest_in(folder, key):
    """The slot's manifest, or None. UpdateError where it is not valid.

    key : the manufacturer's, or None where the signature has been checked before
    """
    data = read(folder + "/" + _MANIFEST)
    if data is None:
        return None
    return Manifest(data) if key is None else signed_manifest(data, key)


def put_manifest(folder, data):
    fresh = folder + "/" + _MANIFEST + ".new"
    with open(fresh, "wb") as file:
        file.write(data)
    os.rename(fresh, folder + "/" + _MANIFEST)


def clear(folder):
    """Empties and makes the folder; the manifest goes first, so a cut leaves an empty slot."""
    if size_of(folder + "/" + _MANIFEST) >= 0:
        os.remove(folder + "/" + _MANIFEST)
    _remove_all(folder)
    make_folder(folder)


def make_folder(path):
    try:
        os.mkdir(path)
    except OSError:
        pass  # it is there; if it cannot be made, the first file in it says so


def make_parents(folder, path):
    """The folders on the way from `folder` to the file `path` in it."""
    parts = path.split("/")[:-1]
    for i in range(len(parts)):
        make_folder(folder + "/" + "/".join(parts[: i + 1]))


def remove(path):
    if size_of(path) >= 0:
        os.remove(path)


def _remove_all(folder):
    """All that is in the folder; nothing happens where there is no folder."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        path = folder + "/" + name
        if os.stat(path)[0] & 0xF000 == _FOLDER:
            _remove_all(path)
            os.rmdir(path)
        else:
            os.remove(path)


def problem(folder, key):
    """What is wrong with the application in a slot, as text, or None.

    key : the manufacturer's, or None where the signature has been checked before
    """
    try:
        manifest = manifest_in(folder, key)
        if manifest is None:
            return "there is no application"
        for path, size, digest in manifest.files:
            if size_of(folder + "/" + path) != size or digest_of(folder + "/" + path) != digest:
                return "%s is not as the manifest says" % path
    except (UpdateError, OSError) as error:
        return str(error)
    return None
