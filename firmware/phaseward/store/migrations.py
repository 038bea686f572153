"""Brings stored parameters of an older schema to this firmware's ids and units.

Each step renames or rescales some ids; steps run one after another, so that a box may skip
versions. A value that changes its unit changes its id too: a firmware that is rolled back then
meets an id it does not know, instead of a number it would misread.
Nothing is rewritten at load: the stored bytes stay as they are until the next `save`.
Failure behaviour: a value that cannot be converted stays as it is, under its old id; checking the
values then refuses it by name.
"""


def _minutes(text):
    """Seconds to whole minutes, rounded up, so that flash is not written more often."""
    return str(-(-int(text) // 60))


# Schema a step starts from -> {old id: (new id, conversion of the text, or None)}
STEPS = {
    1: {"sy_save_s": ("sy_save_min", _minutes)},
}
SCHEMA = 1 + max(STEPS)


def migrate(pairs, schema, steps=STEPS):
    """`pairs` of (id, text) as stored under `schema`, brought to the newest schema of `steps`."""
    while schema in steps:
        pairs = [_converted(name, text, steps[schema]) for name, text in pairs]
        schema += 1
    return pairs


def _converted(name, text, changes):
    if name not in changes:
        return name, text
    fresh, convert = changes[name]
    try:
        return fresh, convert(text) if convert else text
    except ValueError:
        return name, text
