"""Imports a SimBench LV code with its year of profiles: `read(code)` -> (Excerpt, missing).

The same conversion as `grids.simbench` writes to files, kept in memory.
Needs simbench (extra `grids`), which reads its whole data set: 3..15 s.
"""

from __future__ import annotations

from importlib.util import find_spec

from ..grids import simbench
from ..grids.excerpt import Bus, Excerpt, Line, Profiles, Transformer, Unit
from .errors import missing_extra
from .gaps import in_order, refuse_gaps
from .imported import Missing


def read(code: str) -> tuple[Excerpt, list[Missing]]:
    """The whole grid of one code, for example 1-LV-rural3--2-sw."""
    if find_spec("simbench") is None:
        raise missing_extra(f"simbench:{code}", "simbench")
    net = simbench.load_net(code)
    buses = {i: simbench.short_name(name) for i, name in net.bus.name.items()}
    units = [Unit(**row) for row in simbench.units_of(net, buses)]
    excerpt = Excerpt(
        code, simbench.origin_of(code), float(net.ext_grid.vm_pu.iloc[0]),
        Transformer(**simbench.transformer_of(net, buses)),
        [Bus(**row) for row in simbench.buses_of(net)],
        [Line(**row) for row in simbench.lines_of(net, buses)], units,
        _profiles(net, code, units))
    return excerpt, [Missing(unit.name, "storage of the data set: connect `batteries` instead")
                     for unit in units if unit.kind == "storage"]


def _profiles(net, code: str, units: list[Unit]) -> Profiles:
    load, sun = net.profiles["load"], net.profiles["renewables"]
    columns = {unit.profile: sun[unit.profile] if unit.kind == "pv"
               else load[f"{unit.profile}_pload"] for unit in units if unit.kind != "storage"}
    times = simbench.times_of(load.time)
    profiles = Profiles(times, {name: values.to_numpy(float) for name, values in columns.items()},
                        int((times[1] - times[0]).total_seconds()), f"simbench:{code}")
    return in_order(refuse_gaps(profiles))
