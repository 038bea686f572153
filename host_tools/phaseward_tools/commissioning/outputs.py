"""Tests of what the box switches: each contact once towards holding back, the stage on trial.

The box ends both by itself, after seconds and by its own trial, whatever becomes of this program.
Units: s, W.
"""

from dataclasses import dataclass

from phaseward_tools.link import LinkError, Refused

from .wiring import phases_of

HOLD_S = 5
SEE_S = 2.5
STAGE_S = 120
_LOOK_S = 1.0
_GLANCE_S = 0.1


@dataclass(frozen=True)
class Step:
    """One line of the protocol. good: None where nobody could tell."""

    what: str
    good: bool | None
    text: str


def try_contacts(site, answers, tell) -> list[Step]:
    """Every load that has a relay or SG-Ready contacts."""
    rows = [row for row in site.box.outputs() if row["levels"]]
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


def try_stage(site, answers, tell) -> list[Step]:
    """Whether the power stage answers, and, if agreed, a trial transfer that reverts by itself."""
    address = site.box.get("mb_stage_addr")["mb_stage_addr"]
    if not address:
        return [Step("stage", None, "the box has none")]
    row = next((r for r in site.box.bus() if r["address"] == address and not r["host"]), None)
    if row is None or not row["ok"]:
        return [Step("stage", False, f"does not answer at address {address}: check its supply, "
                     "address, A and B")]
    steps = [Step("stage answers", True, f"address {address}, {row['ok']} answers")]
    if not answers.agreed("stage", "Let the stage move power on trial now?", False):
        return [*steps, Step("stage moves power", None, "not tried")]
    return [*steps, _transfer(site, tell)]


def _transfer(site, tell) -> Step:
    tell(f"the balancer is on trial for {STAGE_S} s")
    site.box.try_for(STAGE_S, {"pb_enable": 1})
    told = ""
    try:
        for _ in range(round(STAGE_S / _LOOK_S) - 5):
            site.pause(_LOOK_S)
            status = site.box.status()
            reason = next((r for r in site.box.explain() if r["load"] == 0), None)
            told = reason["text"] if reason else told
            if status["stage_run"] and max(map(abs, status["transfer_w"])) > 0:
                moved = ", ".join(f"{w} W" for w in status["transfer_w"])
                return Step("stage moves power", True, f"{moved}: {told}")
            if status["stage_run"]:
                return Step("stage moves power", True, f"runs: {told}")
    finally:
        _revert(site)
    return Step("stage moves power", False, f"did not run within {STAGE_S} s: {told}")


def _revert(site) -> None:
    try:
        site.box.revert()
    except LinkError:
        return  # the box goes back by itself
