"""A small part of the study by the same code: figures stay within their stated intervals.

One feeder of the tuning half, two seeds, four measured days. The intervals are wide enough for the
small sample; docs/STUDY_BLOCKING.md has the figures of the whole.
"""

import pytest

from phaseward_sim.fairness import run
from phaseward_sim.fairness.plan import MAIN, PROFILE_NAMES, Unit
from phaseward_sim.fairness.pooled import Cells

pytest.importorskip("pandapower", reason="extra `grids`")
LEAST_PERCENT = {"pause": 88.0, "six_a": 88.0, "dim": 72.0, "dim_2h": 72.0}
LEAST_JAIN = {"pause": 0.92, "six_a": 0.86, "dim": 0.82, "dim_2h": 0.82}  # of four days


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    unit = Unit("main", "kerber_overhead", (1, 4), 4, MAIN)
    return Cells([run.do(unit, tmp_path_factory.mktemp("study"))])


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_the_law_takes_away_what_is_stated(cells, profile):
    assert cells.values("nothing", "low10_min").min() > 10.0
    assert LEAST_PERCENT[profile] < cells.reduction(f"ours/{profile}").value <= 100.0


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_the_burden_is_shared_where_a_threshold_does_not(cells, profile):
    assert cells.mean(f"ours/{profile}", "jain").value > LEAST_JAIN[profile]
    assert cells.mean(f"threshold/{profile}", "jain").value < 0.6


@pytest.mark.slow
def test_sharing_by_steering_is_what_the_voltage_alone_does_not(cells):
    for profile in ("pause", "dim"):
        alone, steered = (cells.mean(f"{law}/{profile}", "jain").value
                          for law in ("alone", "ours"))
        assert steered > alone + 0.05


@pytest.mark.slow
def test_the_price_in_blocked_minutes_of_pausing_is_bounded(cells):
    ours, unfair = (cells.mean(f"{law}/pause", "blocked_min").value
                    for law in ("ours", "threshold"))
    assert 1.0 < ours / unfair < 3.5


@pytest.mark.slow
@pytest.mark.parametrize("profile", PROFILE_NAMES)
def test_comfort_is_kept(cells, profile):
    assert cells.mean(f"ours/{profile}", "comfort_pct").value >= 95.0
    assert cells.most(f"ours/{profile}", "cold_k") < 1.0


@pytest.mark.slow
def test_static_times_make_it_worse(cells):
    assert cells.reduction("static/dim").value < 10.0


@pytest.mark.slow
def test_a_kept_result_is_not_done_again(tmp_path):
    unit = Unit("main", "kerber_overhead", (1,), 1, MAIN, learn_days=0)
    first = run.do(unit, tmp_path)
    path = tmp_path / "main-kerber_overhead.json"
    stamp = path.stat().st_mtime_ns
    assert run.do(unit, tmp_path)["rows"] == first["rows"]
    assert path.stat().st_mtime_ns == stamp and run.is_done(unit, tmp_path)
