"""The profiles of docs/BLOCKING.md, as they are typed there, hold what they guarantee.

Any history of voltages and gaps, any clock, car and room: one step a minute, extremes included.
"""

import re
from pathlib import Path

import pytest
from core_histories import needs
from core_rig import BY_HAND, Rig
from core_small import MOST
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phaseward.store.parameters import defaults

PAGE = Path(__file__).parents[2] / "docs" / "BLOCKING.md"
DEFAULTS = {name: defaults()[name] for name in BY_HAND}  # not those of the cases by hand
ALWAYS = {**DEFAULTS, "bl_enable": 1, "bl_learn_min": 0, "bl_start_mv": 228000,
          "bl_reconnect_s": 0}
DAY = 1440

histories = st.lists(
    st.tuples(st.integers(1, 300), st.sampled_from((200, 208, 222, 226, 229, 231, 236)),
              st.sampled_from((True, True, True, False)), st.none() | needs),
    min_size=1, max_size=15)
few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def profiles() -> dict[str, dict[str, int]]:
    """Name -> parameters, from the page's table."""
    rows = re.findall(r"^\| ([a-z][^|]*) \| `(bl_share_pm=[^`]*)` \|", PAGE.read_text(), re.M)
    return {name: {k: int(v) for k, v in (pair.split("=") for pair in text.split())}
            for name, text in rows}


PROFILES = profiles()


def test_the_page_names_the_five_profiles():
    assert list(PROFILES) == ["dim to 4.2 kW", "dim to 4.2 kW, 2 h a day", "dim to 6 A",
                              "pause, with override", "heat-pump lock"]


def played(profile, history):
    """(data, limit of load 1, whether somebody may feel it) minute by minute."""
    rig = Rig(77, **{**ALWAYS, **PROFILES[profile]})
    rig.step(0)
    for count, volts, data, told in history:
        rig.volts(volts, volts, volts)
        if not data:
            rig.lose()
        if told is not None:
            minute, connected, energy_wh, below_mk = told
            rig.box.set_clock(minute)
            rig.box.set_vehicle(0, connected, energy_wh)
            rig.box.set_room(0, below_mk)
        for _ in range(count):
            rig.step(60000)
            yield data, rig.limit(), rig.box.laws[0].demand != 0
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    assert max(map(abs, values)) <= MOST


def stretches(limits):
    """[off, minutes] of the stretches at 0 W and above."""
    found = []
    for limit_w in limits:
        if found and found[-1][0] == (limit_w == 0):
            found[-1][1] += 1
        else:
            found.append([limit_w == 0, 1])
    return found


@pytest.mark.parametrize("profile", [name for name in PROFILES if name.startswith("dim")])
@few
@given(history=histories)
def test_a_dimmed_load_keeps_its_floor_and_rises_by_the_ramp_and_with_data_only(profile, history):
    p, before_w, before_data = PROFILES[profile], None, True
    blocked = 0.0
    limits = list(played(profile, history))
    for data, limit_w, felt in limits:
        assert p["l1_floor_w"] <= limit_w <= p["l1_max_w"]
        if before_w is not None:
            rise_w = limit_w - before_w
            assert rise_w <= 1100
            # the end of a minute whose first part had data; a spent allowance
            assert rise_w <= 0 or data or before_data or p["l1_budget_min"]
        if felt:  # a charger that says that no car wants power is not counted
            blocked += (p["l1_max_w"] - limit_w) / (p["l1_max_w"] - p["l1_floor_w"])
        before_w, before_data = limit_w, data
    if p["l1_budget_min"]:
        days = -(-len(limits) // DAY)
        assert blocked <= p["l1_budget_min"] * (days + 1) + 12 + len(history)


@few
@given(history=histories)
def test_a_pausing_load_keeps_its_shortest_times_whatever_its_user_needs(history):
    p = PROFILES["pause, with override"]
    found = list(played("pause, with override", history))
    limits = [limit_w for _, limit_w, _ in found]
    assert all(w == 0 or p["l1_min_w"] <= w <= p["l1_max_w"] for w in limits)
    at = 0
    for k, (off, minutes) in enumerate(runs := stretches(limits)):
        felt = all(felt for _, _, felt in found[at:at + minutes])
        if 0 < k < len(runs) - 1 and (felt or not off):
            assert minutes >= (p["l1_block_min"] if off else p["l1_free_min"])
        at += minutes


@few
@given(history=histories)
def test_a_locked_heat_pump_keeps_the_daily_rules_whatever_its_room_needs(history):
    limits = [limit_w for _, limit_w, _ in played("heat-pump lock", history)]
    assert set(limits) <= {0, 3000}
    runs, starts, at = stretches(limits), [], 0
    for i, (off, minutes) in enumerate(runs):
        if off:
            assert 10 <= minutes <= 120 or i == len(runs) - 1
            starts.append(at)
            if i + 2 < len(runs):
                assert runs[i + 1][1] >= minutes
        at += minutes
    for first, fourth in zip(starts, starts[3:], strict=False):
        assert fourth - first >= DAY
