"""Small signed packages for the tests, and a box's storage to put them in. For both Pythons.

A box whose flash has a part that is executed in place (`power.region`) gets an image, another one
the files.
"""

from binascii import hexlify

from flash import BLOCK
from power import Power, region

from phaseward.store.slots import SlotFile
from phaseward.update import ed25519, places
from phaseward.update.manifest import UpdateError
from phaseward.update.receiver import Receiver
from phaseward.update.selection import BASE, RECORD, Selection
from phaseward.update.selector import choose
from phaseward_tools.signing import make_image_manifest, make_manifest, public_key

SEED = bytes(range(32))
STRANGER = bytes(range(1, 33))
_MANIFESTS = {}
_VERDICTS = {}
_verify = ed25519.verify_steps


def remembered(key, message, signature):
    """The firmware's own check; the campaigns ask thousands of times about a few signatures."""
    asked = bytes(key) + bytes(message) + bytes(signature)
    if asked not in _VERDICTS:
        _VERDICTS[asked] = yield from _verify(key, message, signature)
    return _VERDICTS[asked]


ed25519.verify_steps = remembered


def files(version):
    """An application whose files are cut by no chunk size of the tests, one of them empty."""
    text = f"VERSION = '{version}'\n".encode()
    return [
        ("phaseward/__init__.py", text),
        ("phaseward/app/__init__.py", b""),
        ("phaseward/app/large.py", text * 330),
        ("phaseward/core/small.py", text * 61),
    ]


def manifest(version):
    if version not in _MANIFESTS:
        _MANIFESTS[version] = make_manifest(version, files(version), SEED)
    return _MANIFESTS[version]


def image(version):
    """An application of nine whole blocks and a part of one."""
    return f"VERSION = '{version}'\n".encode() * 2275


def image_manifest(version):
    name = "image " + version
    if name not in _MANIFESTS:
        _MANIFESTS[name] = make_image_manifest(version, image(version), SEED)
    return _MANIFESTS[name]


def selection(folder):
    return Selection(SlotFile(folder, RECORD))


def receiver(folder, running=BASE):
    return Receiver(folder, selection(folder), rom_of_box(), running)


def rom_of_box():
    """None on a box that is a folder of this computer."""
    return region() if Power.flash is not None else None


def slots_of(folder):
    return places.places_of(folder, rom_of_box())


def boot(folder):
    return choose(folder, rom_of_box())


def sent(version):
    """(manifest, stream) of what this box takes."""
    if rom_of_box() is None:
        return manifest(version), b"".join([contents for _, contents in files(version)])
    return image_manifest(version), image(version)


def trust(folder, seed=SEED):
    """What the manufacturer puts on a box."""
    write(folder + "/" + places.KEY_FILE, hexlify(public_key(seed)))


def write(path, data):
    with getattr(places, "open", open)(path, "wb") as file:
        file.write(data)


def refused(words, function, *arguments):
    try:
        function(*arguments)
    except UpdateError as error:
        assert words in str(error), f"{words} not in: {error}"
    else:
        raise AssertionError("not refused: " + words)


def deliver(folder, version, chunk=900):
    """Sends a whole package, or what is missing of it, and puts it on trial."""
    package, stream = sent(version)
    box = receiver(folder)
    offset = box.begin(package)
    chunk = chunk if rom_of_box() is None else max(chunk, BLOCK)
    while offset < box.total:
        offset = box.write(offset, stream[offset : offset + chunk])
    box.finish()
