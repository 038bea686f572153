"""Loads device profiles: one JSON file per device, see profiles/README.md.

    profile = load("eastron_sdm630", "meter")

A frozen image has no files: there the shipped profiles stand in the module `builtin_profiles`,
which scripts/freeze_profiles.py makes from them.
A missing or wrong file is a ProfileError that names the file and the key, what was expected, and
which profiles there are.
"""

import json
import os

from .fields import Fields, ProfileError

KINDS = ("meter", "stage", "wallbox")


def builtin_folder():
    """Where the shipped profiles lie: beside this module, or in /profiles on a frozen image."""
    try:
        return __file__[: __file__.rindex("/")] + "/profiles"
    except (NameError, ValueError):  # a frozen module has no __file__, or one without a folder
        return "/profiles"


def frozen():
    """The shipped profiles of an image without files: id -> text; empty where there are files."""
    try:
        from . import builtin_profiles
    except ImportError:
        return {}
    return builtin_profiles.TEXTS


def available(folders=None):
    """Sorted ids of the profiles in the folders and in the image."""
    names = set(frozen())
    for folder in folders or [builtin_folder()]:
        try:
            files = os.listdir(folder)
        except OSError:
            continue
        names.update([file[:-5] for file in files if file.endswith(".json")])
    return sorted(names)


def load(name, kind=None, folders=None):
    """The profile with that id from the first folder that has it, else from the image.

    `kind` refuses a profile of another kind.
    """
    folders = folders or [builtin_folder()]
    for folder in folders:
        path = "%s/%s.json" % (folder, name)
        try:
            with open(path) as file:
                text = file.read()
        except OSError:
            continue
        return parse(path, text, name, kind)
    text = frozen().get(name)
    if text is not None:
        return parse(name + ".json", text, name, kind)
    raise ProfileError(
        "no profile %r in %s; there are: %s"
        % (name, ", ".join(folders), ", ".join(available(folders)) or "none")
    )


def parse(path, text, name=None, kind=None):
    """A profile from the text of its file."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise ProfileError("%s: not valid JSON: %s" % (path, error)) from None
    fields = Fields(path, "", values)
    fields.integer("schema", 1, 1)
    found = fields.choice("kind", KINDS)
    if kind is not None and found != kind:
        fields.fail("kind", "%r" % kind)
    if name is not None and fields.text("id") != name:
        fields.fail("id", "the file's name %r" % name)
    return _class_of(found)(fields)


def _class_of(kind):
    """What checks a profile of that kind; imported only here, as it takes heap."""
    if kind == "meter":
        from .meter_profile import MeterProfile

        return MeterProfile
    if kind == "stage":
        from .register_profile import StageProfile

        return StageProfile
    from .wallbox_profile import WallboxProfile

    return WallboxProfile
