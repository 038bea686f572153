"""`phaseward size` of a whole box: its firmware keeps voltages, a host pulls and sizes them."""

import json

from app_rig import Rig
from link_rig import connect

from phaseward_sim.sites import kept
from phaseward_tools.field.records import pull
from phaseward_tools.sizing_box import Given, case_of

TEN_S = 600


def test_a_short_peak_is_in_what_a_box_keeps(tmp_path):
    """Three minutes of 209 V on L1, 227 V on the others, in half an hour of 227 V: the 10-minute
    mean is (3 * 209 + 7 * 227) / 10 = 221.6 V, inside. The event says 209 V: 25 kVA at 1 V/kW
    (24.3 by hand, tests/sim/sites/test_sites_other.py). The box's minutes begin with its boot, so
    the peak begins and ends within one."""
    with Rig(tmp_path, mb_poll_ms=5000, pb_k_mv_kw=1100, pb_kq_mv_kvar=0) as rig:
        rig.run(12 * 60, 227.0)
        rig.run(4 * 60, 209.0, 227.0, 227.0)
        rig.run(2 * TEN_S, 227.0)
        told = json.loads(json.dumps(pull(connect(rig)[0])))
    case = case_of("the box", told, Given(k=1000.0))
    (event,) = case.kept.events
    assert len(case.kept.u_v) >= 3 and event.phase == 0 and 209.0 <= event.u_v < 213.9
    assert 3 <= event.lasts_min <= 5
    answer = kept.advise(case.kept, case.found, 0.95)
    assert answer.by_means is None and answer.size.kva in (20.0, 25.0)
    assert case_of("the box", told, Given()).found.k_mv_kw == 1100
