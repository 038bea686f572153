"""What a box reports unasked: lines `!kind key=value …` on its console, as records.

Values that read as integers become integers; the rest stays text, with `_` for a space.
"""


def parse(t_us: int, line: str) -> dict | None:
    """The record of one machine line, with its time `t_us` and `kind`; None for any other line."""
    if not line.startswith("!"):
        return None
    kind, *pairs = line[1:].split()
    record = {"t_us": t_us, "kind": kind}
    for pair in pairs:
        key, _, text = pair.partition("=")
        record[key] = _value(text)
    return record


def _value(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:
        return text.replace("_", " ")
