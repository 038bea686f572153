"""Test of the power stage: whether it answers, its legs, and whether it moves power.

All that moves power is on trial in the box, which reverts by itself whatever becomes of this
program. Units: s, W, mV/kW.
"""

from phaseward_tools.link import LinkError

from .outputs import Step

TRANSFER_S = 120
_LOOK_S = 1.0
_ANSWER_LOOKS = 10
_IDLE_LOOKS = 10
_SPARE_S = 60  # of a probing run, beside its probes
_WINDOWS = 3  # of a probe: off, on, off
_FAR = 1.5  # a sensitivity so many times off is offered to be taken over


def try_stage(site, answers, tell) -> list[Step]:
    """Whether the stage answers; if agreed, its legs by probing, and a transfer."""
    address = site.box.get("mb_stage_addr")["mb_stage_addr"]
    if not address:
        return [Step("stage", None, "the box has none")]
    row = _answered(site, address)
    if row is None:
        return [Step("stage", False, f"does not answer at address {address}: check its supply, "
                     "address, A and B")]
    steps = [Step("stage answers", True, f"address {address}, {row['ok']} answers")]
    if not answers.agreed("stage", "Let the stage move power on trial now?", False):
        return [*steps, Step("stage moves power", None, "not tried")]
    legs = _legs(site, answers, tell)
    if not legs.good:
        return [*steps, legs, Step("stage moves power", None, "not tried: its legs are unsure")]
    return [*steps, legs, _transfer(site, tell)]


def _answered(site, address: int) -> dict | None:
    """The bus's row of the stage once it has answered; a box that has just booted asks it soon."""
    for _ in range(_ANSWER_LOOKS):
        row = next((r for r in site.box.bus() if r["address"] == address
                    and r["host"] == "serial"), None)
        if row is not None and row["ok"]:
            return row
        site.pause(_LOOK_S)
    return None


def _legs(site, answers, tell) -> Step:
    p = site.box.get("pb_restart_s", "pb_probe_s", "pb_probe_most")
    most_s = p["pb_restart_s"] + p["pb_probe_most"] * _WINDOWS * p["pb_probe_s"] + _SPARE_S
    tell(f"small transfers show which leg is on which phase, for {most_s // 60 + 1} min at most")
    site.box.try_for(most_s, {"pb_enable": 1})
    try:
        site.box.client.request("probe")
        found = _probed(site, most_s, tell)
    finally:
        _revert(site)
    if found is None:
        return Step("legs", False, f"not known after {most_s} s: {_reason(site)[1]}")
    if found["result"] != "found":
        return Step("legs", False, f"undecided after {found['probes']} probes: too restless a "
                    "grid, or legs that are not connected; repeat it at a calmer time")
    return _compared(site, answers, found)


def _probed(site, most_s: int, tell) -> dict | None:
    """What the box says of its wiring after a whole run; None where none came to its end."""
    ran, told = False, 0
    for _ in range(round(most_s / _LOOK_S)):
        found = site.box.client.request("wiring")
        if ran and not found["running"] and found["result"] != "none":
            return found
        ran = ran or bool(found["running"])
        if found["running"] and found["probes"] >= told + 5:
            told = found["probes"]
            tell(f"{told} probes")
        site.pause(_LOOK_S)
    return None


def _compared(site, answers, found: dict) -> Step:
    """The legs and the sensitivity that were found, beside those given."""
    rows, given = site.box.parameters, site.box.get("pb_wiring", "pb_legs", "pb_k_mv_kw")
    legs, k = rows["pb_legs"].shown(found["found_legs"]), found["found_k_mv_kw"]
    text = (f"{legs} by {found['probes']} probes, k {k} mV/kW, angle "
            f"{found['found_angle_deg']} degrees")
    same = found["found_legs"] == given["pb_legs"]
    far = not 1 / _FAR <= k / max(1, given["pb_k_mv_kw"]) <= _FAR
    if given["pb_wiring"] or (same and not far):
        return Step("legs", True, text)
    told = f"{rows['pb_legs'].shown(given['pb_legs'])}, k {given['pb_k_mv_kw']} mV/kW"
    if not answers.agreed("legs", f"Found: {text}. Given: {told}. Take over what was found?",
                          True):
        return Step("legs", same, f"{text}; given is {told}, and stays")
    site.change({"pb_legs": found["found_legs"], "pb_k_mv_kw": _in_steps(rows["pb_k_mv_kw"], k)})
    return Step("legs", True, f"{text}; taken over in place of {told}")


def _in_steps(parameter, value: int) -> int:
    steps = round((value - parameter.min) / parameter.step)
    return min(parameter.max, max(parameter.min, parameter.min + steps * parameter.step))


def _transfer(site, tell) -> Step:
    tell(f"the balancer is on trial for {TRANSFER_S} s")
    site.box.try_for(TRANSFER_S, {"pb_enable": 1})
    idle = 0
    try:
        for _ in range(round(TRANSFER_S / _LOOK_S) - 5):
            site.pause(_LOOK_S)
            status, (reason, text) = site.box.status(), _reason(site)
            if status["stage_run"] and max(map(abs, status["transfer_w"])) > 0:
                moved = ", ".join(f"{w} W" for w in status["transfer_w"])
                return Step("stage moves power", True, f"{moved}: {text}")
            idle = idle + 1 if reason == "idle" else 0
            if idle >= _IDLE_LOOKS:
                return Step("stage moves power", None, f"only the probes: {text}")
    finally:
        _revert(site)
    return Step("stage moves power", False, f"did not run within {TRANSFER_S} s: {text}")


def _reason(site) -> tuple[str, str]:
    """Why the transfer is as it is: the box's code and words."""
    row = next((r for r in site.box.explain() if r.get("what") == "transfer"), None)
    return (row["reason"], row["text"]) if row else ("", "no reason told")


def _revert(site) -> None:
    try:
        site.box.revert()
    except LinkError:
        return  # the box goes back by itself
