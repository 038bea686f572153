"""Tests of what the box switches: each contact once towards holding back.

The box ends a test by itself after its seconds, whatever becomes of this program. Units: s, W.
"""

from dataclasses import dataclass

from phaseward_tools.link import Refused

from .wiring import phases_of

SELECTOR = "selector"  # an output of three contactors, with a test of its own
HOLD_S = 5
SEE_S = 2.5
_GLANCE_S = 0.1


@dataclass(frozen=True)
class Step:
    """One line of the protocol. good: None where nobody could tell."""

    what: str
    good: bool | None
    text: str


def try_contacts(site, answers, tell) -> list[Step]:
    """Every load that has a relay or SG-Ready contacts."""
    rows = [row for row in site.box.outputs() if row["levels"] and row["output"] != SELECTOR]
    if not rows:
        return [Step("contacts", None, "no load has a relay or SG-Ready contacts")]
    return [_contact(site, row, answers, tell) for row in rows]


def _contact(site, row: dict, answers, tell) -> Step:
    name, load = row["output"], int(row["output"][-1])
    reason = _await_release(site, load, tell)
    if reason:
        return Step(name, None, f"not tested: the box itself holds load {load} back: {reason}")
    row = next(r for r in site.box.outputs() if r["output"] == name)
    before, before_w = dict(row["levels"]), site.box.status()["p_w"]
    tell(f"{name}: load {load} is held back for {HOLD_S} s")
    try:
        site.box.hold_back(load, HOLD_S)
    except Refused as error:
        return Step(name, False, str(error))
    after = _changed(site, name, before)
    after_w = site.box.status()["p_w"]
    heard = answers.agreed(f"clicked_l{load}", f"Did the contact of load {load} switch?", True)
    site.pause(HOLD_S - SEE_S + 1)
    fell = phases_of(before_w, after_w)
    power = f"; power fell on {', '.join(f'L{p}' for p in fell)}" if fell else ""
    if after["levels"] == before or after["fault"]:
        return Step(name, False, after["fault"] or "the pin did not change: does the box decide?")
    if not heard:
        return Step(name, False, "the pin follows, the contact was not seen to switch: check the "
                    "wire between them")
    return Step(name, True, f"follows, read back and seen{power}")


def _changed(site, name: str, before: dict) -> dict:
    """The output's row once its levels have changed, or after SEE_S; the meter has that long,
    too."""
    found = None
    for _ in range(round(SEE_S / _GLANCE_S)):
        row = next(r for r in site.box.outputs() if r["output"] == name)
        if found is None and (row["levels"] != before or row["fault"]):
            found = row
        site.pause(_GLANCE_S)
    return found or row


def _await_release(site, load: int, tell) -> str:
    """Waits while the box itself holds a load back, as after a restart; why, where it still
    does."""
    told = ""
    for _ in range(round(site.patience_s / SEE_S) + 1):
        status = site.box.status()
        if not status["blocked"][load - 1]:
            return ""
        reason = next(r for r in site.box.explain() if r["load"] == load)
        if reason["text"] != told:
            told = reason["text"]
            tell(f"load {load} is held back by the box itself, waiting: {told}")
        site.pause(SEE_S)
    return told
