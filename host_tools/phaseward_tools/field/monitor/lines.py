"""What the monitor shows: pure functions from what was seen to styled lines of 76 columns."""

from rich.text import Text

from phaseward_tools.field.alarms import alarm_text
from phaseward_tools.field.telling import budget
from phaseward_tools.field.words import PHASES, span, volts

WIDTH = 76
_SCALE = 41  # characters of a voltage's scale
_WIDE_PM = 130  # the scale reaches so far to both sides of nominal, permille
_QUANTILE, _VALUE, _AXIS = "q", "\N{BLACK CIRCLE}", "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
_LIMIT = "\N{BOX DRAWINGS LIGHT VERTICAL AND HORIZONTAL}"


def head(seen: dict) -> Text:
    found, status = seen["identity"], seen["status"]
    text = Text(f"phaseward {found['firmware']} on {found['board']}, box {found['identity']}, "
                f"boot {found['boot']}, up {span(status['uptime_s'])}")
    if status["safe_mode"]:
        text.append("  SAFE MODE", "bold red")
    if found["commissioning"]:
        text.append("  commissioning", "yellow")
    return text


def voltages(seen: dict) -> Text:
    """A line per phase: value, place in its bands and own quantile, mean of ten minutes."""
    lines = [_phase(seen, i) for i in range(3)]
    return Text("\n").join([_legend(seen["bands"]), *lines])


def _phase(seen: dict, i: int) -> Text:
    status, bands, quality = seen["status"], seen["bands"], seen["quality"]
    good = status["voltage"] == "ok"
    u_mv = status["u_ln_mv"][i]
    style = _style(u_mv, bands) if good else "red"
    text = Text(f"{PHASES[i]} ")
    text.append(f"{volts(u_mv):>8}" if good else f"{status['voltage']:>8}", f"bold {style}")
    text.append("  ")
    text.append_text(scale(u_mv if good else None, _quantile(seen), bands, style))
    mean = volts(quality["ten_mv"][i]) if quality["ten_valid"] else "-"
    text.append(f"  10 min {mean:>8}")
    return text


def _legend(bands: dict) -> Text:
    low, high = bands.get("pq_lo_mv", 0), bands.get("pq_hi_mv", 0)
    return Text(f"   band {low / 1000:.1f} to {high / 1000:.1f} V, critical "
                f"{bands.get('bl_crit_mv', 0) / 1000:.1f} V; q = lowest own quantile", "dim")


def scale(u_mv: int | None, quantile_mv: int | None, bands: dict, style: str) -> Text:
    """An axis of nominal +-13 % with the limits, the own quantile and the value on it."""
    nominal = bands.get("sy_un_mv", 230_000)
    marks = {_place(bands[name], nominal): (_LIMIT, "dim") for name in
             ("pq_lo_mv", "pq_hi_mv", "bl_crit_mv") if bands.get(name)}
    if quantile_mv:
        marks[_place(quantile_mv, nominal)] = (_QUANTILE, "cyan")
    if u_mv is not None:
        marks[_place(u_mv, nominal)] = (_VALUE, f"bold {style}")
    text = Text()
    for column in range(_SCALE):
        mark, mark_style = marks.get(column, (_AXIS, "dim"))
        text.append(mark, mark_style)
    return text


def _place(u_mv: int, nominal_mv: int) -> int:
    """The column of a voltage; what lies outside is shown at the edge."""
    share = ((u_mv - nominal_mv) * 1000 / nominal_mv + _WIDE_PM) / (2 * _WIDE_PM)
    return min(_SCALE - 1, max(0, round(share * (_SCALE - 1))))


def _quantile(seen: dict) -> int | None:
    found = [load["quantile_mv"] for load in seen["loads"] if load["learned_min"]]
    return min(found) if found else None


def _style(u_mv: int, bands: dict) -> str:
    if bands.get("bl_crit_mv") and u_mv < bands["bl_crit_mv"]:
        return "red"
    inside = bands.get("pq_lo_mv", 0) <= u_mv <= bands.get("pq_hi_mv", 1 << 29)
    return "green" if inside else "yellow"


def loads(seen: dict) -> Text:
    """Two lines per load: limit in force, why and until when; what it has and may spend."""
    reasons = {reason["load"]: reason for reason in seen["reasons"]}
    lines = []
    for load in seen["loads"]:
        lines += _load(load, reasons.get(load["load"]))
    return Text("\n").join(lines or [Text("no load is configured", "dim")])


def _load(load: dict, reason: dict | None) -> list[Text]:
    first = Text(f"{load['load']} {load['kind']:<5} ")
    first.append(f"{load['limit_w']:>6} W ", "bold")
    if reason:
        first.append(reason["reason"], "" if reason["reason"] == "free" else "yellow")
        if reason["until_s"]:
            first.append(f", full power in {span(reason['until_s'])} at the earliest")
    own = "no quantile learnt yet"
    if load["learned_min"]:
        own = f"quantile {volts(load['quantile_mv'])} of {span(60 * load['learned_min'])}"
    blocked = f"; blocked {load['blocked_min']} min" if "blocked_min" in load else ""
    second = Text(f"        {own}{blocked}; {budget(load)}", "dim")
    return [first, second]


def transfer(seen: dict) -> Text:
    status = seen["status"]
    reason = next((r for r in seen["reasons"] if not r["load"]), None)
    moved = "  ".join(f"{phase} {w:+6d} W" for phase, w in zip(PHASES, status["transfer_w"],
                                                               strict=True))
    return Text(f"{moved}   {reason['reason'] if reason else ''}")


def quality(seen: dict) -> Text:
    found = seen["quality"]
    low = " ".join(f"{n}/{m}" for n, m in zip(found["low_events"], found["low_min"], strict=True))
    high = " ".join(f"{n}/{m}" for n, m in zip(found["high_events"], found["high_min"],
                                               strict=True))
    unbalance = found["unbalance_bp"]
    told = f"{unbalance / 100:.2f} %" if unbalance >= 0 else "-"
    return Text(f"events/min  under {low}   over {high}   unbalance {told}")


def bus(seen: dict) -> Text:
    lines = [_device(device) for device in seen["bus"][:3]]
    return Text("\n").join(lines or [Text("no device asked yet", "dim")])


def _device(d: dict) -> Text:
    bad = d["timeout"] + d["crc"] + d["exception"] + d["other"]
    share = 100 * bad / max(1, bad + d["ok"])
    text = Text(f"{d['host']}/{d['address']}  ok {d['ok']}  timeout {d['timeout']}  "
                f"crc {d['crc']}  exception {d['exception']}  other {d['other']}  ")
    text.append(f"{share:.1f} % bad", "red" if share > 5 else "")
    return text


def alarms(seen: dict) -> Text:
    status = seen["status"]
    lines = [Text(f"{name}: {alarm_text(name)}", "red") for name in status["alarms"]]
    lines += [Text(f"output {name} does not do as told", "red") for name in status["faults"]]
    if status["trial"]:
        lines.append(Text(f"on trial for {span(status['trial_left_s'])} more: "
                          f"{' '.join(status['trial'])}", "magenta"))
    elif status["unsaved"]:
        lines.append(Text(f"{status['unsaved']} values are not saved", "magenta"))
    return Text("\n").join(lines or [Text("none", "green")])
