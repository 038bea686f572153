"""Values as a person types them, checked by the box's own table before anything is sent."""

from phaseward_tools.link.parameters import Parameter

_UNITS_S = {"s": 1, "m": 60, "min": 60, "h": 3600}


def parse(parameters: dict[str, Parameter], name: str, text: str) -> int | str:
    """The value of one parameter. ValueError says what was expected.

    Ranges of texts and what else the table does not say is left to the box."""
    p = parameters.get(name)
    if p is None:
        raise ValueError(f"{name}: this box has no such parameter{_nearest(parameters, name)}")
    if p.type == "text":
        return text
    if text in p.choices:
        return p.choices.index(text)
    try:
        value = int(text)
    except ValueError:
        value = None
    if value is None or not _allowed(p, value):
        raise ValueError(f"{name} = {text}: expected {allowed(p)} ({p.meaning})")
    return value


def parse_pairs(parameters: dict[str, Parameter], words: list[str]) -> dict[str, int | str]:
    """Values from words ID=VALUE. ValueError tells every wrong one."""
    found, errors = {}, []
    for word in words:
        name, sign, text = word.partition("=")
        try:
            if not sign:
                raise ValueError(f"expected ID=VALUE, not {word}")
            if name in found:
                raise ValueError(f"{name} is given twice")
            found[name] = parse(parameters, name, text)
        except ValueError as error:
            errors.append(str(error))
    if errors:
        raise ValueError("\n".join([*errors, "nothing was changed"]))
    return found


def allowed(p: Parameter) -> str:
    """What a value may be, in words."""
    if p.choices:
        return " or ".join(p.choices)
    if p.type == "text":
        return f"{p.min} to {p.max} characters"
    step = f" in steps of {p.step}" if p.step != 1 else ""
    return f"{p.min} to {p.max} {p.unit}".strip() + step


def seconds(text: str) -> int:
    """A duration such as 600, 90s, 10m, 2h in seconds. ValueError where it is none."""
    digits = text.rstrip("smihn")
    unit = _UNITS_S.get(text[len(digits):] or "s")
    if not digits.isdigit() or unit is None or not 1 <= int(digits) * unit <= 86400:
        raise ValueError(f"{text}: expected a time of 1 s to 24 h, such as 600, 10m or 2h")
    return int(digits) * unit


def _allowed(p: Parameter, value: int) -> bool:
    return p.min <= value <= p.max and (value - p.min) % p.step == 0


def _nearest(parameters, name: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, parameters, 1)
    return f"; is {close[0]} meant?" if close else "; `phaseward params get` lists them"
