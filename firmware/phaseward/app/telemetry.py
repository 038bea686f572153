"""What the box measures, decides and counts, as plain values for a tool and for printed lines.

Units as in core: mV, mA, W, var, mHz, s, ms; names carry them.
"""

from ..bus import status
from ..core.decision import MAX_LOADS
from ..core.reasons import ALARMS, REASONS
from ..core.sample import CURRENT, U_LN
from ..store.parameters import choices

STATES = ("ok", "stale", "invalid")
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
    }


def explain(app):
    """Per load, and for the transfer (load 0): the reason in force, and until when."""
    decision = app.box.decision
    found = [
        _reason(i + 1, decision.load_reason[i], decision.limit_w[i], _until_s(app, i))
        for i in range(MAX_LOADS)
        if app.kinds[i]
    ]
    found.append(_reason(0, decision.transfer_reason, 0, 0))
    return found


def _reason(load, code, limit_w, until_s):
    name, sentence = REASONS[code]
    return {"load": load, "w": limit_w, "reason": name, "text": sentence, "until_s": until_s}


def _until_s(app, i):
    """Seconds until full power can be back at the earliest; 0 = not limited."""
    until_s = app.box.decision.load_until_s[i]
    return max(0, until_s - app.box.uptime_s) if until_s else 0


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
    return [_output(o, o.levels()) for o in app.outputs.pins] + [
        _output(o, {}) for o in app.outputs.on_bus + app.outputs.carriers
    ]


def _output(o, levels):
    fault = o.device.fault_text() if o.device.fault else ""
    return {"output": o.name, "fault": fault, "levels": levels}
