"""Makes the modules an image without files needs: profiles, names, and its sources' hash.

    python scripts/freeze_profiles.py FOLDER

Writes FOLDER/phaseward/bus/builtin_profiles.py: the text of every shipped profile, without its
white space, by id; FOLDER/phaseward/app/build_id.py; and FOLDER/phaseward/store/names.py. A
board's manifest freezes FOLDER beside the firmware; the texts stay in flash, one is parsed when it
is loaded. Every profile is checked first (ProfileError).
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "firmware"))

from phaseward.bus import profile
from phaseward.store import parameters

BUILD_ID = '"""Made by scripts/freeze_profiles.py, do not edit."""\n\nSOURCES = "%s"\n'
HEAD = """\
'''Shipped profiles by id; made by scripts/freeze_profiles.py, do not edit.'''

TEXTS = {
"""

NAMES = """\
'''Ids of all parameters; made by scripts/freeze_profiles.py, do not edit.

Nobody imports this. Names of a frozen module are in the image's table of strings, where
MicroPython finds one instead of making another on the heap, such as l1_kind from its parts.
'''


def names():
    return (
%s    )
"""


def names_text():
    return NAMES % "".join(f"        {row[parameters.ID]},\n" for row in parameters.rows())


def compact(name):
    """The text of a shipped profile on one line."""
    profile.load(name)
    path = Path(profile.builtin_folder()) / f"{name}.json"
    return json.dumps(json.loads(path.read_text()), separators=(",", ":"))


def module_text():
    rows = [f"    {name!r}: {compact(name)!r},\n" for name in profile.available()]
    return HEAD + "".join(rows) + "}\n"


def sources_hash():
    """As phaseward_sim.results.firmware_hash, which names the same sources in results."""
    folder, digest = ROOT / "firmware" / "phaseward", hashlib.sha256()
    for path in sorted(p for pattern in ("*.py", "*.json") for p in folder.rglob(pattern)):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def main(arguments):
    if len(arguments) != 1:
        print("usage: python scripts/freeze_profiles.py FOLDER")
        return 2
    target = Path(arguments[0]) / "phaseward" / "bus" / "builtin_profiles.py"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(module_text())
    build_id = Path(arguments[0]) / "phaseward" / "app" / "build_id.py"
    build_id.parent.mkdir(parents=True, exist_ok=True)
    build_id.write_text(BUILD_ID % sources_hash())
    names = Path(arguments[0]) / "phaseward" / "store" / "names.py"
    names.parent.mkdir(parents=True, exist_ok=True)
    names.write_text(names_text())
    print(f"{target}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
