"""Test of the phase selector: its contactors do as told, one is closed, and which phase that is.

The box connects the load by itself; nothing is switched for the test, since a move takes minutes
of better voltage on another phase. Units: s, W.
"""

from .outputs import SELECTOR, Step

_LOOK_S = 1.0
_PHASES = 3


def try_selector(site, answers, tell) -> list[Step]:
    """One line on the contactors, one on the phase that a person looks at."""
    found = _of(site)
    if not found["load"]:
        return []
    found = _await_connection(site, found, tell)
    commanded, seen = found["contactor"], [int(bool(c)) for c in found["feedback"]]
    fault = next((r["fault"] for r in site.box.outputs() if r["output"] == SELECTOR), "")
    what = f"contactors of load {found['load']}"
    if fault or seen != commanded:
        return [Step(what, False, fault or f"{_names(commanded)} told to close, feedback shows "
                     f"{_names(seen)}: check coils and auxiliary contacts")]
    if sum(commanded) != 1:
        return [Step(what, None, f"not tested: none is closed ({found['reason']})")]
    own = f"{_names(commanded)} alone is closed, and its feedback shows it"
    steps = [Step(what, True, f"{own}; closings so far: {found['closings']}")]
    agreed = answers.agreed("selector", f"Is load {found['load']} on {_names(commanded)}? Look at "
                            "the conductor behind the contactor", True)
    text = "looked at" if agreed else "it is on another phase: exchange coils or conductors"
    return [*steps, Step("phase of the selector", agreed, f"{_names(commanded)}, {text}")]


def _of(site) -> dict:
    return site.box.client.request("selector")


def _await_connection(site, found: dict, tell) -> dict:
    """Waits while the box has reasons of its own not to connect the load, as after a restart."""
    told = ""
    for _ in range(round(site.patience_s / _LOOK_S) + 1):
        if any(found["contactor"]) and any(found["feedback"]):
            site.pause(_LOOK_S)
            return _of(site)
        if found["reason"] != told:
            told = found["reason"]
            tell(f"load {found['load']} is not connected yet, waiting: {told}")
        site.pause(_LOOK_S)
        found = _of(site)
    return found


def _names(contacts: list[int]) -> str:
    closed = [f"L{k + 1}" for k in range(_PHASES) if contacts[k]]
    return " and ".join(closed) or "none"
