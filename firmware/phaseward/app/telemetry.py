"""What the box measures, decides and counts, as plain values for a tool and for printed lines.

Units as in core: mV, mA, W, var, mHz, s, ms; names carry them.
"""

from ..bus import status
from ..core.decision import MAX_LOADS
from ..core.means import U_LN_MOST_MV
from ..core.reasons import ALARMS, REASONS
from ..core.sample import CURRENT, U_LN
from ..store.parameters import choices

STATES = ("ok", "stale", "invalid")
WIRING_RESULTS = ("none", "none", "found", "undecided")  # core/probing.py: 1 = under way
_TOKENS_A_MINUTE = 72000


def alarms(mask):
    """Names of the alarms in a bit mask."""
    return [name for bit, (name, _) in sorted(ALARMS.items()) if mask & bit]


def now(app):
    """The state of the box in one flat mapping."""
    sample, decision = app.sample, app.box.decision
    return {
        "uptime_s": app.box.uptime_s,
        "safe_mode": 1 if app.safe_mode else 0,
        "u_ln_mv": sample.u_ln_mv,
        "u_ll_mv": sample.u_ll_mv,
        "i_ma": sample.i_ma,
        "p_w": sample.p_w,
        "f_mhz": sample.f_mhz,
        "voltage": STATES[sample.state[U_LN]],
        "current": STATES[sample.state[CURRENT]],
        "age_ms": sample.age_ms[U_LN],
        "limit_w": decision.limit_w,
        "blocked": decision.blocked,
        "feed_in_limit_w": decision.feed_in_limit_w,
        "transfer_w": decision.transfer_w,
        "reactive_var": decision.q_var,
        "stage_run": decision.stage_run,
        "alarms": alarms(decision.alarms),
        "faults": [name for name, _ in app.outputs.faults()],
    }


def loads(app):
    """Per load that is configured: what blocking sees, and what it may still spend."""
    return [_load(app, i) for i in range(MAX_LOADS) if app.kinds[i]]


def _load(app, i):
    law = app.box.laws[i]
    return {
        "load": i + 1,
        "kind": choices("l%d_kind" % (i + 1))[law.kind],
        "limit_w": app.box.decision.limit_w[i],
        "lowest_mv": law.v_mv,
        "corrected_mv": law.vc_mv,
        "quantile_mv": law.quantile.q_mv(),
        "learned_min": law.quantile.learned_min,
        "budget_day_min": app.settings.values["l%d_budget_min" % (i + 1)],
        "budget_left_min": max(0, law.budget.tokens) // _TOKENS_A_MINUTE,
        "budget_spent": 1 if law.budget.spent else 0,
        "off": 1 if law.duty.off else 0,
        "since_switched_min": law.duty.minutes,
        "blocked_min": app.records.tally.blocked_s[i] // 60,  # in all its life
        "blocks": app.records.tally.blocks[i],
        "k_mv_kw": law.k_mv_kw,
        "needs": needs(app, i),
    }


def explain(app):
    """Per load, for the inverter and for the transfer (load 0): the reason in force, until when,
    and the numbers it comes from."""
    decision = app.box.decision
    found = [_load_reason(app, i) for i in range(MAX_LOADS) if app.kinds[i]]
    law = app.box.feed_in
    if law.max_w:
        until_s = _left_s(app, decision.feed_in_until_s)
        entry = _reason(0, decision.feed_in_reason, decision.feed_in_limit_w, until_s)
        entry["what"] = "feed-in"
        entry.update(numbers(law, law.vc_mv and U_LN_MOST_MV - law.quantile.q_mv()))
        found.append(entry)
    found.append(_reason(0, decision.transfer_reason, 0, 0))
    found[-1]["what"] = "transfer"
    if app.box.selector.load >= 0:
        found.append(_reason(0, app.box.selector.reason, 0, 0))
        found[-1]["what"] = "selector"
    return found


def _load_reason(app, i):
    decision, law = app.box.decision, app.box.laws[i]
    until_s = _left_s(app, decision.load_until_s[i])
    entry = _reason(i + 1, decision.load_reason[i], decision.limit_w[i], until_s)
    entry["what"] = "load"
    entry.update(numbers(law, law.bar_mv()))
    entry["left_min"] = law.budget.left_min()
    return entry


def numbers(law, q_mv):
    """What a law has judged: voltage V, corrected Vc, quantile q, share u, correction k."""
    return {
        "v_mv": law.v_mv,
        "vc_mv": law.vc_mv,
        "q_mv": q_mv,
        "u_pm": law.u_pm,
        "k_mv_kw": law.k_mv_kw,
    }


def _reason(load, code, limit_w, until_s):
    name, sentence = REASONS[code]
    return {"load": load, "w": limit_w, "reason": name, "text": sentence, "until_s": until_s}


def _left_s(app, until_s):
    """Seconds until full power can be back at the earliest; 0 = not limited."""
    return max(0, until_s - app.box.uptime_s) if until_s else 0


def needs(app, i):
    """What the box knows of the user of load `i`."""
    found, minute = app.box.needs.comfort[i], app.box.needs.clock.minute
    return {
        "connected": found.connected,
        "energy_wh": found.energy_wh,
        "missing_wh": found.missing_wh(),
        "left_min": found.left_min(minute),
        "urgent": 1 if found.urgent else 0,
        "plan_w": app.box.laws[i].plan_w,
        "clock_min": minute,
    }


def quality(app):
    """Voltage quality: events and minutes outside per phase, 10-minute means."""
    found = app.box.quality
    return {
        "low_events": found.low.count,
        "low_min": found.low.minutes,
        "high_events": found.high.count,
        "high_min": found.high.minutes,
        "ten_mv": found.ten_mv,
        "ten_valid": 1 if found.ten_valid else 0,
        "ten_count": found.ten_count,
        "unbalance_bp": found.unbalance_bp,
        "u2_events": found.unbalance.count[0],
        "u2_min": found.unbalance.minutes[0],
        "u0_events": found.unbalance.count[1],
        "u0_min": found.unbalance.minutes[1],
        "u0_bp": found.u0_bp,
    }


def bus(app):
    """Per device on the line and on TCP: what it has answered so far."""
    return [
        _device(host, address, device.counters)
        for host, master in app.masters.all()
        for address, device in sorted(master.devices.items())
    ]


def _device(host, address, c):
    return {
        "host": host,
        "address": address,
        "ok": c.ok,
        "timeout": c.timeout,
        "crc": c.crc,
        "exception": c.exception,
        "other": c.other,
        "age_ms": c.age_ms,
        "last": status.text(c.last_status),
    }


def outputs(app):
    """Per output: what it is, whether it does as told, and the levels its pins read back."""
    pins = list(app.outputs.pins)
    if app.outputs.selector is not None:
        pins.append(app.outputs.selector)
    return [_output(o, o.levels()) for o in pins] + [
        _output(o, {}) for o in app.outputs.on_bus + app.outputs.carriers
    ]


def _output(o, levels):
    fault = o.device.fault_text() if o.device.fault else ""
    return {"output": o.name, "fault": fault, "levels": levels}


def wiring(app):
    """What the balancer knows of its legs and of the grid's sensitivity."""
    balancer = app.box.balancer
    found = balancer.wiring
    return {
        "result": WIRING_RESULTS[found.result],
        "sure": 1 if found.sure() else 0,
        "running": 1 if found.running() else 0,
        "probes": found.probing.probes,
        "found_legs": found.found_legs,
        "found_k_mv_kw": found.found_k_mv_kw,
        "found_angle_deg": found.found_angle_deg,
        "legs": found.legs,
        "k_mv_kw": balancer.gain.k_mv_kw,
        "measured_k_mv_kw": balancer.gain.raw_mv_kw,
        "alpha_pm": balancer.alpha_q12 * 1000 // 4096,
    }


def selector(app):
    """The phase selector: which load is on which phase, and what its contactors have done."""
    found = app.box.selector
    return {
        "load": found.load + 1,
        "phase": found.phase + 1,
        "contactor": found.contactor,
        "feedback": found.feedback,
        "reason": REASONS[found.reason][0],
        "closings": found.count,
        "moves_left": found.tokens // 1440,
    }
