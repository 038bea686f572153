"""Records that a box at a made site would keep, in the form of `phaseward pull`, to practise on.

Failure: FieldError where the file cannot be written.
"""

from datetime import datetime
from pathlib import Path

import numpy as np

from phaseward.store.parameters import choices, rows
from phaseward_sim.sites import box_records, laws
from phaseward_sim.sites.closed_loop import base_voltages
from phaseward_sim.sites.course import draw
from phaseward_tools.field import records
from phaseward_tools.link.parameters import Parameter

_MINUTE_S = 60
_NUMBER = 1


def write(feeder, seed: int, days: int, path: Path) -> dict:
    """A box at the feeder's last place, its stage at rest, after these days; returns what was
    written."""
    place = feeder.places[-1]
    course = draw(feeder, seed, days)
    u_v = np.abs(base_voltages(feeder, course)).reshape(course.minutes, -1, 3)[:, place.bus]
    values = laws.box_parameters(place, pb_enable=0)
    told = {
        "format": records.FORMAT, "pulled_at": datetime.now().isoformat(timespec="seconds"),
        "identity": {"identity": _NUMBER, "firmware": "simulated", "board": feeder.name, "boot": 1,
                     "commissioning": 0},
        "status": {"uptime_s": _MINUTE_S * course.minutes, "alarms": [], "faults": []},
        "columns": list(Parameter.__dataclass_fields__),
        "parameters": [[*row, list(choices(row[0])), values[row[0]]] for row in rows()],
        "loads": [], "reasons": [], "bus": [],
        "wiring": {"result": "found", "legs": 0, "found_legs": 0,
                   "found_k_mv_kw": round(place.k_mv_kw),
                   "found_angle_deg": round(place.angle_deg), "measured_k_mv_kw": 0},
        **box_records.kept_by_box(u_v),
    }
    records.write(told, path)
    return told
