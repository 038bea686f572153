"""What the box promises for each load, whatever it is fed: checked from outside, by its limits."""

from core_histories import blocks_of_minutes, core_parameters, segments
from core_rig import Rig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phaseward.core import reasons
from phaseward.core.box import Box
from phaseward.core.sample import OK, POWER, U_LL, U_LN, Sample

thorough = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
seldom = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

LAW = {"bl_enable": 1, "bl_learn_min": 0, "bl_start_mv": 228000, "bl_reconnect_s": 0}


def minutes(rig, history):
    """Plays blocks of minutes in steps of 20 s; yields once a minute."""
    for count, volts, data in history:
        rig.volts(volts, volts, volts)
        if not data:
            rig.lose()
        for _ in range(count):
            for _ in range(3):
                rig.step(20000)
            yield data


def fill(sample, segment):
    sample.u_ln_mv[:] = segment["u_mv"]
    sample.u_ll_mv[:] = segment["line_mv"]
    sample.p_w[:] = segment["p_w"]
    sample.state[U_LN] = segment["u_state"]
    sample.state[U_LL] = segment["line_state"]
    sample.state[POWER] = segment["p_state"]


def tell_needs(box, minute, connected, energy_wh, below_mk):
    """What users and their devices may tell, the same of every load."""
    box.set_clock(minute)
    for load in range(4):
        box.set_vehicle(load, connected, energy_wh)
        box.set_room(load, below_mk)


def steps(box, history, now_ms=0):
    """Plays arbitrary segments; yields after each step whether its voltages were usable."""
    sample = Sample()
    for segment in history:
        fill(sample, segment)
        box.set_remote_limit(0, segment["remote_w"])
        box.set_contact(1, segment["contact"])
        if segment["needs"] is not None:
            tell_needs(box, *segment["needs"])
        for _ in range(segment["steps"]):
            now_ms = (now_ms + segment["elapsed_ms"]) & 0x3FFFFFFF
            box.step(now_ms, sample)
            yield segment["u_state"] == OK


@thorough
@given(core_parameters(bl_joint=0, ps_load=0), st.lists(segments, max_size=10),
       st.integers(0, 0x3FFFFFFF))
def test_limits_stay_between_floor_and_full_power(p, history, now_ms):
    """A load behind the phase selector is off while it is moved, and a shared floor moves."""
    box = Box(3)
    box.configure(p)
    for _ in steps(box, history, now_ms):
        for i in range(4):
            name = f"l{i + 1}_"
            full = p[name + "max_w"]
            floor = min(p[name + "floor_w"], full) if p[name + "kind"] <= 1 else 0
            limit = box.decision.limit_w[i]
            assert floor <= limit <= full
            assert box.decision.blocked[i] == (limit < full)
            assert box.decision.load_reason[i] in reasons.REASONS
            if p[name + "kind"] == 3:
                assert limit in (0, full)


@thorough
@given(core_parameters(l1_budget_min=0, l2_budget_min=0, l3_budget_min=0, l4_budget_min=0),
       st.lists(segments, max_size=10))
def test_without_data_no_limit_rises_except_at_the_end_of_a_lock(p, history):
    box = Box(3)
    box.configure(p)
    before = list(box.decision.limit_w)
    for usable in steps(box, history):
        for i in range(4):
            if not usable and p[f"l{i + 1}_kind"] != 3:
                assert box.decision.limit_w[i] <= before[i]
            before[i] = box.decision.limit_w[i]


@thorough
@given(core_parameters(), st.lists(segments, max_size=10))
def test_a_limit_rises_at_most_by_the_ramp_and_once_a_minute(p, history):
    """Switched loads go from nothing to the least they can run at, or to everything."""
    box = Box(3)
    box.configure(p)
    before = list(box.decision.limit_w)
    for _ in steps(box, history):
        for i in range(4):
            name = f"l{i + 1}_"
            kind, full = p[name + "kind"], p[name + "max_w"]
            ramp = max(1, full * p["bl_ramp_pm"] // 1000)
            least = min(p[name + "min_w"], full) if kind == 2 else 0
            rise = box.decision.limit_w[i] - before[i]
            if kind != 3 and rise > 0:
                # up to ten minutes are made up for in one step after a gap
                assert box.decision.limit_w[i] <= max(before[i] + 10 * ramp, least + 9 * ramp)
            before[i] = box.decision.limit_w[i]


@seldom
@given(blocks_of_minutes, st.integers(30, 240), st.sampled_from((1, 2)), st.integers(0, 999))
def test_allowance_is_never_exceeded(history, day_min, kind, device):
    """Full minutes of blocking over n days: at most n + 1 allowances, and the 12 minutes in which
    a box that was just powered up comes to full power."""
    rig = Rig(device, l1_kind=kind, l1_budget_min=day_min, **LAW)
    floor = 4200 if kind == 1 else 0
    spent_min = elapsed_min = 0
    for _ in minutes(rig, history):
        elapsed_min += 1
        spent_min += (11000 - rig.limit()) / (11000 - floor)
        assert spent_min <= day_min * (1 + elapsed_min / 1440) + 12


@seldom
@given(blocks_of_minutes, st.integers(0, 999), st.sampled_from((0, 3000)))
def test_locks_keep_their_daily_rules(history, device, safe_w):
    """At most 2 h at a time, never four in 24 h, each followed by at least as long a release."""
    rig = Rig(device, l1_kind=3, l1_max_w=3000, l1_safe_w=safe_w, **LAW)
    rig.minutes(130)  # well after power-up
    starts, off_since, on_since, last_off = [], None, -10000, 0
    for now, _ in enumerate(minutes(rig, history)):
        off = rig.limit() == 0
        if off and off_since is None:
            assert now - on_since >= last_off - 1
            starts.append(now)
            off_since = now
            assert len(starts) < 4 or starts[-1] - starts[-4] >= 1440
        if not off and off_since is not None:
            last_off, on_since, off_since = now - off_since, now, None
            assert 10 <= last_off
        assert off_since is None or now - off_since <= 120


@seldom
@given(blocks_of_minutes, st.integers(0, 999))
def test_shortest_times_of_a_pause_are_kept(history, device):
    rig = Rig(device, l1_kind=2, l1_block_min=15, l1_free_min=20, **LAW)
    rig.minutes(30)
    since, off = 1000, rig.limit() == 0
    for _ in minutes(rig, history):
        since += 1
        if (rig.limit() == 0) != off:
            assert since >= (15 if off else 20)
            since, off = 0, not off


@thorough
@given(core_parameters(pb_enable=1), st.lists(segments, max_size=10))
def test_transfers_sum_to_zero_and_keep_the_rating(p, history):
    box = Box(3)
    box.configure(p)
    leg_w = p["pb_s_va"] / 3
    for _ in steps(box, history):
        transfer, q = box.decision.transfer_w, box.decision.q_var
        assert sum(transfer) == 0
        assert q[0] == q[1] == q[2]
        largest = max(map(abs, transfer))
        assert largest <= leg_w + 1
        assert largest == 0 or abs(q[0]) <= leg_w


@thorough
@given(core_parameters(pb_enable=1, sy_un_mv=230000),
       st.lists(st.lists(st.integers(186000, 262000), min_size=3, max_size=3),
                min_size=1, max_size=6))
def test_leg_and_neutral_currents_keep_the_rating(p, history):
    """Currents as complex numbers, after each control period, at the voltage it was decided for,
    which for a leg is that of the phase it is on. 1 W is left for the rounding of the third
    phase."""
    rig = Rig(3, **p)
    leg_a = p["pb_s_va"] / 3 / 230
    neutral_a = leg_a * p["pb_neutral_pct"] / 100
    phases = [0, 0, 0]
    for u_mv in history:
        rig.sample.u_ln_mv[:] = u_mv
        before = list(rig.box.decision.transfer_w)
        for _ in range(80):
            rig.step()
            transfer = list(rig.box.decision.transfer_w)
            decided, before = transfer != before, transfer
            if decided and rig.box.decision.transfer_reason == reasons.T_LIMITED:
                rig.box.balancer.wiring.to_phases(transfer, phases)
                amps = [w * 1000 / u for w, u in zip(phases, u_mv, strict=True)]
                turned = [a * (-0.5 + 0.75**0.5 * 1j) ** -k for k, a in enumerate(amps)]
                assert max(map(abs, amps)) <= leg_a + 0.01
                assert abs(sum(turned)) <= neutral_a + 0.02


@thorough
@given(st.lists(segments, max_size=8), st.integers(0, 0x3FFFFFFF), st.integers(0, 0x3FFFFFFF))
def test_decisions_do_not_depend_on_where_the_clock_stands(history, one_ms, other_ms):
    """The clock wraps at 2**30 ms, also in the middle of a history."""
    p = Rig(l1_kind=1, l2_kind=2, l3_kind=3, pb_enable=1, **LAW)
    boxes = p.box, Rig(l1_kind=1, l2_kind=2, l3_kind=3, pb_enable=1, **LAW).box
    pairs = zip(steps(boxes[0], history, one_ms), steps(boxes[1], history, other_ms), strict=True)
    for _ in pairs:
        one, other = boxes[0].decision, boxes[1].decision
        assert vars(one) == vars(other)


@seldom
@given(blocks_of_minutes, blocks_of_minutes)
def test_history_survives_a_power_cut_at_any_time(before, after):
    """A box that was restored learns and pays exactly on."""
    rig = Rig(l1_kind=1, l1_budget_min=120, **LAW)
    for _ in minutes(rig, before):
        pass
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    fresh = Rig(l1_kind=1, l1_budget_min=120, **LAW)
    assert fresh.box.restore(values)
    fresh.box._minute_ms = rig.box._minute_ms  # the rest of the minute is all that is lost
    fresh.step(0)
    rig.box.means.close()
    fresh.box.means.close()
    for _ in zip(minutes(rig, after), minutes(fresh, after), strict=True):
        assert fresh.box.laws[0].quantile.q == rig.box.laws[0].quantile.q
        assert fresh.box.laws[0].u_pm == rig.box.laws[0].u_pm
