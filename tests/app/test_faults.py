"""Each fault in each state of the algorithms, on the whole application: the promised outcome.

The table is faults_table.py, docs/FAULTS.md shows it. What is judged is what the surroundings see:
the car's current, the contact, the stage's power, restarts, and what the box says.
"""

import importlib.util
from pathlib import Path

import pytest
from faults_site import SAFE_A, SECOND, Site, use_faulty_main
from faults_table import FAULTS, OUTCOMES, STATES, first_of_each, pairs

ROOT = Path(__file__).parents[2]
TICKS_PERIOD = 1 << 30
WATCH_S = 150  # hold time 60 s, wallbox watchdog 30 s, stage stop 20 s
DETECTED_S = 14  # ten equal polls, and a poll or two to come
STOPPED_S = 45  # 5 s of patience, 20 s of ramp, the stage's own 12 s
NEUTRAL_S = 60 + 10 + STOPPED_S
SLACK_A, SLACK_W = 0.05, 25.0


# What happens


def meter(site, kind):
    site.world.meter.faults.switch_on(kind)


def line(site, kind):
    site.world.disturb(kind)


def volts(site, volts):
    site.world.set_voltage(site.t_s, *volts)


def wallbox(site, kind):
    site.world.wallbox.faults.switch_on(kind)


def stage(site, kind):
    site.world.stage.faults.switch_on(kind)


def inverter(site, kind):
    fed_w = float(site.world.pv.power_w[0])
    limited = site.state.loads in ("safe", "reconnect")
    assert fed_w == pytest.approx(4000.0) if limited else fed_w > 6000.0  # it rises by its ramp
    site.world.inverter.faults.switch_on(kind)


def trip(site):
    site.world.stages.trip(0, 1 << 6)


def hot(site):
    """A heat sink of 89 degC that does not cool: 14 K above pb_hot_c, 1 K below its own trip."""
    site.world.stages.temperature_c[:] = 89.0
    site.world.stages._heat = lambda dt_s: None


def disobey(site):
    """Whatever it is told, it gives and reports 3 kW from leg 1 to leg 3 the wrong way round."""
    handle = site.world.stage.stage
    told = handle.reading

    def reading():
        return {**told(), "p_l1": 3000.0, "p_l2": 0.0, "p_l3": -3000.0}

    handle.reading = reading


def contactor(site, relay, level):
    """Its auxiliary contact shows this from now on, whatever its coil does."""
    site.box.set_input(relay, level, site.t_s * SECOND)


def relay(site):
    wrong = 0 if site.trace[-1].released else 1
    site.box.set_input("relay_l2", wrong, site.t_s * SECOND)


def storage(site):
    site.lose_storage()


def power(site):
    site.cut_power(20)


def task(site, name):
    site.strike(name)


HOW = {
    event.__name__: event
    for event in (meter, line, volts, wallbox, stage, inverter, trip, hot, disobey, relay,
                  contactor, storage, power, task)
}


# What is promised. `before` is the last moment before the fault, `after` the moments from it on.


def never_more(before, after):
    """No more current than before or the safe limit, whichever is higher."""
    most_a = max(before.car_a, SAFE_A) + SLACK_A
    assert max(moment.car_a for moment in after) <= most_a


def no_restart(site, after):
    assert site.box.restarts == [] and after[-1].restarts == 0


def named(site, output):
    assert output in " ".join(site.ask("status") + site.ask("faults") + site.lines)


def no_data(site, before, after):
    no_restart(site, after)
    known = after[DETECTED_S:]
    for earlier, later in zip(known, known[1:], strict=False):
        assert later.car_a <= earlier.car_a + SLACK_A, later
        assert earlier.released or not later.released, later
    assert known[-1].car_a <= SAFE_A and not known[-1].released
    assert max(moment.stage_w for moment in after[STOPPED_S:]) < SLACK_W
    assert "no-data" in site.status()["alarms"]


def goes_on(site, before, after):
    no_restart(site, after)
    fed_s = site.t_s - site.box.fed_us / SECOND
    assert fed_s <= 4, "the watchdog is fed"
    if before.car_a > SAFE_A + 1 and not site.state.meter_silent_s:
        assert after[-1].car_a >= SAFE_A, "a free load stays free"
    if site.state.loads in ("critical", "safe", "reconnect"):
        never_more(before, after)


def own_failsafe(site, before, after):
    no_restart(site, after)
    never_more(before, after)
    assert max(moment.car_a for moment in after[40:]) <= SAFE_A
    named(site, "wallbox_l1")


def names_it(site, before, after):
    no_restart(site, after)
    named(site, "stage" if "stage" in site.fault.name else "wallbox_l1")
    if site.state.loads in ("critical", "safe", "reconnect"):
        never_more(before, after)


def restart(site, before, after):
    """Safe in the moment of the restart and for as long as the new boot has judged no minute."""
    assert len(site.box.restarts) >= 1
    at_us, reason = site.box.restarts[0]
    assert REASONS[site.fault.name] in reason
    first = at_us // SECOND + 2
    young = [moment for moment in after if first <= moment.t_s <= first + 20]
    assert len(young) > 10
    never_more(before, young)
    assert not any(moment.released for moment in young)
    said = " ".join(site.reported("note")).replace("_", " ")
    assert "restart: " + reason.replace("_", " ") in said


REASONS = {
    "relay is stuck": "output relay_l2 does not read back as set",
    "control task raises": "task control failed: ValueError('injected'",
    "control task hangs": "task control made no progress",
    "console task raises": "task console failed: MemoryError('injected'",
}


def stage_stops(site, before, after):
    no_restart(site, after)
    assert max(moment.stage_w for moment in after[STOPPED_S:]) < SLACK_W
    named(site, "stage")
    goes_on(site, before, after)


def derates(site, before, after):
    goes_on(site, before, after)
    assert max(moment.stage_w for moment in after[STOPPED_S:]) <= 5000 * 0.067 + SLACK_W
    assert "stage-hot" in site.status()["alarms"]


def disobeys(site, before, after):
    """Legs are 5 kVA: 3 kW of which nothing was ordered, or the opposite, is wrong."""
    goes_on(site, before, after)
    assert abs(site.world.stages.set_p_w).max() < SLACK_W, "the orders are zero"
    assert "stage-disobeys" in site.status()["alarms"]


def contactors(site):
    """Coils of the three contactors, and whether two were ever energised at once."""
    names = ["relay_l1", "relay_l2", "relay_l3"]
    level, twice = dict.fromkeys(names, 0), False
    for _, name, value in site.world.changes:
        if name in level:
            level[name] = value
            twice = twice or sum(level.values()) > 1
    return level, twice


def load_off(site, before, after):
    no_restart(site, after)
    level, twice = contactors(site)
    assert not twice and not any(level.values())
    assert after[-1].car_a < SLACK_A
    assert "selector" in site.status()["alarms"]


def next_phase(site, before, after):
    no_restart(site, after)
    level, twice = contactors(site)
    assert not twice and level["relay_l1"] == 0
    if site.state.loads == "reconnect":  # none is closed yet
        assert not any(level.values())
        return
    assert "selector" in site.status()["alarms"]
    assert sum(level.values()) == (0 if site.state.meter_silent_s else 1)


def neutral_stop(site, before, after):
    """Voltages by the meters' rule: two phases above 253 V, one below 190 V. A silent meter shows
    none of it; the balancer is stopped there already."""
    no_restart(site, after)
    if site.state.loads in ("critical", "safe", "reconnect"):
        never_more(before, after)
    assert max(moment.stage_w for moment in after[NEUTRAL_S:]) < SLACK_W
    assert site.state.meter_silent_s or "neutral-lost" in site.status()["alarms"]


def own_revert(site, before, after):
    goes_on(site, before, after)
    assert float(site.world.pv.power_w[0]) == pytest.approx(10000.0)
    named(site, "inverter")


def starts_again_safe(site, before, after):
    young = after[1:45]
    assert not any(moment.released for moment in young)
    never_more(before, young)
    assert any("boot=2" in line or "count=2" in line for line in site.reported("boot"))


CHECKS = {
    "no data": no_data,
    "goes on": goes_on,
    "own failsafe": own_failsafe,
    "named": names_it,
    "restart": restart,
    "stage stops": stage_stops,
    "derates": derates,
    "disobeys": disobeys,
    "own revert": own_revert,
    "load off": load_off,
    "next phase": next_phase,
    "neutral stop": neutral_stop,
    "starts again safe": starts_again_safe,
}


# Carrying it out


def prepared(folder, state, start_ms=0, more=None):
    """A running site in that state, with more parameters; which state it is, is asserted."""
    site = Site(folder, start_ms, **state.parameters, **(more or {}))
    site.state = state
    site.__enter__()
    for seconds, voltages in state.story:
        site.run(seconds, *voltages)
    if state.meter_silent_s:
        site.world.meter.faults.switch_on("silent")
        site.run(state.meter_silent_s)
    # A load behind contactors is on one phase, which the state's story may leave alone.
    seen = (2,) if more and "ps_load" in more else (1, 2)
    assert all(site.reason(load) == state.loads for load in seen)
    assert balancer(site) == state.balancer
    return site


def balancer(site):
    """What the stage's power shows."""
    now, earlier = site.trace[-1].stage_w, site.trace[-3].stage_w
    if now < SLACK_W:
        return "idle"
    return "stopping" if now < earlier - SLACK_W else "transferring"


def carry_out(folder, fault, state):
    site = prepared(folder, state, more=fault.site)
    site.fault = fault
    try:
        before = site.trace[-1]
        began = len(site.trace)
        HOW[fault.how](site, **fault.options)
        site.run(WATCH_S)
        CHECKS[fault.outcome](site, before, site.trace[began:])
    finally:
        site.box.stop()


def carry_out_wrap(folder, state):
    """The same story twice: the second box's ticks wrap ten seconds into what is watched."""
    told_s = sum(seconds for seconds, _ in state.story) + state.meter_silent_s
    seen = []
    for name, start_ms in (("plain", 0), ("wrap", TICKS_PERIOD - 1000 * (told_s + 10))):
        site = prepared(folder / name, state, start_ms)
        try:
            site.run(WATCH_S)
            assert site.box.restarts == []
            seen.append((site.trace, site.reported("limit")))
        finally:
            site.box.stop()
    assert seen[0] == seen[1]


def prove(folder, monkeypatch, fault, state):
    if fault.how == "wrap":
        carry_out_wrap(folder, state)
        return
    if fault.how == "task":
        use_faulty_main(monkeypatch)
    carry_out(folder / "box", fault, state)


def cases(chosen):
    return [pytest.param(f, s, id=f"{f.name}-{s.name}".replace(" ", "_")) for f, s in chosen]


QUICK = first_of_each()


@pytest.mark.parametrize(("fault", "state"), cases(QUICK))
def test_each_fault_in_one_state(tmp_path, monkeypatch, fault, state):
    prove(tmp_path, monkeypatch, fault, state)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "state"), cases([p for p in pairs() if p not in QUICK]))
def test_each_fault_in_the_other_states(tmp_path, monkeypatch, fault, state):
    prove(tmp_path, monkeypatch, fault, state)


def test_the_table_is_whole():
    assert len(pairs()) == len(FAULTS) * len(STATES)
    assert {fault.group for fault in FAULTS} == {
        "sensor", "bus", "actuator", "storage", "clock", "task",
    }  # fmt: skip
    assert {fault.outcome for fault in FAULTS} == set(OUTCOMES)
    assert {state.balancer for state in STATES} == {"idle", "transferring", "stopping"}
    assert {state.loads for state in STATES} == {
        "free", "stress", "critical", "recovery", "reconnect", "safe",
    }  # fmt: skip


def renderer():
    spec = importlib.util.spec_from_file_location("faults", ROOT / "scripts/render_faults.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_document_is_up_to_date():
    faults = renderer()
    assert faults.TARGET.read_text() == faults.render(), "run python scripts/render_faults.py"
