"""What a box says of itself, in lines for people."""

from phaseward_tools.field.alarms import alarm_text
from phaseward_tools.field.words import PHASES, span, volts


def explanation(status: dict, reasons: list[dict], loads: list[dict]) -> list[str]:
    """Why each limit and the transfer are as they are."""
    by_load = {load["load"]: load for load in loads}
    lines = [_voltages(status)]
    for reason in reasons:
        lines += _reason(reason, by_load.get(reason["load"]), status)
    lines += [f"alarm {name}: {alarm_text(name)}" for name in status["alarms"]]
    lines += [f"output {name} does not do as told" for name in status["faults"]]
    if status["safe_mode"]:
        lines.append("SAFE MODE: outputs are safe, nothing is decided; see `phaseward log`")
    return lines


def _voltages(status: dict) -> str:
    if status["voltage"] == "invalid":
        return "voltage: the meter gives none"
    each = "  ".join(f"{phase} {volts(u)}" for phase, u in zip(PHASES, status["u_ln_mv"],
                                                               strict=True))
    age = "" if status["voltage"] == "ok" else f" ({status['age_ms'] // 1000} s old)"
    return each + age


def _reason(reason: dict, load: dict | None, status: dict) -> list[str]:
    left_s = reason["until_s"]
    until = f", full power in {span(left_s)} at the earliest" if left_s else ""
    if not reason["load"]:
        moved = " ".join(f"{phase} {w:+d} W" for phase, w in zip(PHASES, status["transfer_w"],
                                                                 strict=True))
        transfer = f" ({moved})" if any(status["transfer_w"]) else ""
        return [f"transfer{transfer}, {reason['reason']}: {reason['text']}"]
    lines = [f"load {reason['load']}: {reason['w']} W, {reason['reason']}: "
             f"{reason['text']}{until}"]
    if load:
        lines += ["    " + line for line in _seen(load)]
    return lines


def _seen(load: dict) -> list[str]:
    own = (f"lowest phase {volts(load['corrected_mv'])}, own quantile "
           f"{volts(load['quantile_mv'])} learnt from {span(60 * load['learned_min'])}")
    return [own, f"allowance: {budget(load)}"]


def budget(load: dict) -> str:
    """What of the day's allowance of blocking is left."""
    if not load["budget_day_min"]:
        return "unlimited"
    spent = ", spent" if load["budget_spent"] else ""
    return f"{load['budget_left_min']} of {load['budget_day_min']} min/day left{spent}"


def quality(found: dict) -> list[str]:
    """Voltage quality since the box was made, and the last ten minutes."""
    lines = ["       under-voltage        over-voltage",
             "phase  events  minutes      events  minutes   last 10 min"]
    for i, phase in enumerate(PHASES):
        mean = volts(found["ten_mv"][i]) if found["ten_valid"] else "-"
        lines.append(f"{phase:<5} {found['low_events'][i]:>7} {found['low_min'][i]:>8} "
                     f"{found['high_events'][i]:>11} {found['high_min'][i]:>8}   {mean}")
    lines.append(f"unbalance {_percent(found['unbalance_bp'])}, "
                 f"zero sequence {_percent(found['u0_bp'])}; "
                 f"{found['ten_count']} ten-minute intervals")
    return lines


def _percent(value_bp: int) -> str:
    return "unknown" if value_bp < 0 else f"{value_bp / 100:.2f} %"
