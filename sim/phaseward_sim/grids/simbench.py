"""Convert a SimBench LV grid and some of its days into an excerpt (see `excerpt`).

    python -m phaseward_sim.grids.simbench 1-LV-rural2--2-sw --name rural2 \\
        --days 2016-01-18:2016-01-31 --days 2016-05-24:2016-05-25 --out DIR

Needs the extra `grids` (simbench, pandapower) and reads SimBench's full data set, 3..15 s.
Changed on the way: units to SI, names shortened (`LV2.101 Bus 15` is `bus15`), open lines left
out, only the active-power profiles in use and the days asked for, 4 digits, kind of each load
from its profile's name. Phases, neutral and earthing
are *not* in SimBench and not added here: `scenario` does that by a documented, seeded rule.

Source of the data: Meinecke et al., SimBench - A Benchmark Dataset of Electric Power Systems,
Energies 2020, 13(12), 3290; database under ODbL 1.0: see data/NOTICE.md.
Failure: exit code 2 and one line on stderr; nothing is written unless everything could be.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from .excerpt import FORMAT, GridFileError

KIND_BY_PROFILE = ((r"H0-", "household"), (r"(G\d|L\d)-", "business"), (r"(HLS|APLS)_", "ev"),
                   (r"(Air|Soil)_", "heat_pump"))


def convert(code: str, name: str, days: list[tuple[date, date]]) -> tuple[dict, str]:
    """Topology as a dict and profiles as CSV text of one SimBench code."""
    net = load_net(code)
    buses = {i: short_name(name) for i, name in net.bus.name.items()}
    grid = {
        "format": FORMAT, "name": name, "origin": origin_of(code),
        "source_pu": float(net.ext_grid.vm_pu.iloc[0]),
        "transformer": transformer_of(net, buses), "buses": buses_of(net),
        "lines": lines_of(net, buses), "units": units_of(net, buses), "profiles": f"{name}.csv",
    }
    return grid, _profiles(net, grid["units"], days)


def load_net(code):
    """SimBench's own pandapower network of an LV code, with its profiles."""
    try:
        import simbench
    except ImportError:
        raise GridFileError("simbench is not installed: pip install 'phaseward[grids]'") from None
    known = [c for c in simbench.collect_all_simbench_codes() if c.startswith("1-LV-")]
    if code not in known:
        raise GridFileError(f"{code}: no LV code of SimBench; for example {', '.join(known[:4])}")
    return simbench.get_simbench_net(code)


def origin_of(code) -> dict:
    """Where the data are from."""
    return {"data": f"SimBench {code}", "package": f"simbench {version('simbench')}",
            "licence": "ODbL-1.0", "notice": "NOTICE.md"}


def short_name(name: str) -> str:
    """`LV2.101 Bus 15` -> `bus15`: names end up in column names and on the command line."""
    return name.split(" ", 1)[-1].replace(" ", "").lower().replace("sgen", "pv")


def buses_of(net) -> list[dict]:
    """Rows of `excerpt.Bus`, LV only."""
    return [{"name": short_name(net.bus.name.at[i]), **_position(net, i)}
            for i in net.bus.index[net.bus.vn_kv < 1]]


def _position(net, index) -> dict[str, float]:
    x, y = json.loads(net.bus.geo.at[index])["coordinates"]
    return {"x": round(x, 6), "y": round(y, 6)}


def _open_lines(net) -> set:
    return set(net.switch[(net.switch.et == "l") & ~net.switch.closed].element)


def lines_of(net, buses) -> list[dict]:
    """Rows of `excerpt.Line`, without those a switch leaves open."""
    opened = _open_lines(net)
    return [{"name": short_name(row["name"]),
             "from_bus": buses[row.from_bus], "to_bus": buses[row.to_bus],
             "length_m": round(row.length_km * 1000, 3), "cable": row.std_type,
             "r1_ohm_per_km": row.r_ohm_per_km, "x1_ohm_per_km": round(row.x_ohm_per_km, 6),
             "max_a": row.max_i_ka * 1000}
            for index, row in net.line.iterrows() if index not in opened]


def transformer_of(net, buses) -> dict:
    """The row of `excerpt.Transformer`."""
    if len(net.trafo) != 1:
        raise GridFileError(f"expected one transformer, got {len(net.trafo)}")
    row = net.trafo.iloc[0]
    return {"name": "trafo", "bus": buses[row.lv_bus], "type": row.std_type,
            "rated_va": row.sn_mva * 1e6, "hv_v": row.vn_hv_kv * 1e3, "lv_v": row.vn_lv_kv * 1e3,
            "vk_percent": row.vk_percent, "vkr_percent": row.vkr_percent,
            "iron_loss_w": row.pfe_kw * 1e3, "no_load_percent": row.i0_percent,
            "vector_group": _vector_group(row), "tap": int(row.tap_pos),
            "tap_step_percent": row.tap_step_percent}


def _vector_group(row) -> str:
    """From the type's name; where it has none, clock 5 of the phase shift, delta-star assumed."""
    named = re.search(r"(Dyn|Yzn|Yyn)\d+", row.std_type)
    return named.group(0) if named else f"Dyn{int(row.shift_degree // 30)}"


def kind_of(profile: str) -> str:
    """Kind of a load from its profile's name; GridFileError for a name that says nothing."""
    for pattern, kind in KIND_BY_PROFILE:
        if re.match(pattern, profile):
            return kind
    raise GridFileError(f"profile {profile}: no kind known for it")


def units_of(net, buses) -> list[dict]:
    """Rows of `excerpt.Unit`."""
    loads = [_unit(row, buses, kind_of(row.profile), 1) for _, row in net.load.iterrows()]
    pv = [_unit(row, buses, "pv", 1) for _, row in net.sgen.iterrows()]
    stores = [_unit(row, buses, "storage", -1) for _, row in net.storage.iterrows()]
    return loads + pv + stores


def _unit(row, buses, kind, sign) -> dict:
    return {"name": short_name(row["name"]), "bus": buses[row.bus], "kind": kind,
            "p_w": round(sign * row.p_mw * 1e6, 1), "q_var": round(row.q_mvar * 1e6, 1),
            "profile": row.profile}


def _profiles(net, units, days) -> str:
    load, sun = net.profiles["load"], net.profiles["renewables"]
    columns = {}
    for profile in sorted({u["profile"] for u in units if u["kind"] not in ("pv", "storage")}):
        columns[profile] = load[f"{profile}_pload"]
    for profile in sorted({u["profile"] for u in units if u["kind"] == "pv"}):
        columns[profile] = sun[profile]
    return _csv(columns, times_of(load.time), days)


def times_of(column) -> list[datetime]:
    """Times of SimBench's profile tables, DD.MM.YYYY HH:MM local time."""
    return [datetime.strptime(text, "%d.%m.%Y %H:%M") for text in column]


def _csv(columns, times, days) -> str:
    rows = [i for i, t in enumerate(times) if any(a <= t.date() <= b for a, b in days)]
    wanted = {a + timedelta(n) for a, b in days for n in range((b - a).days + 1)}
    missing = wanted - {times[i].date() for i in rows}
    if missing:
        raise GridFileError(f"days not in the data: {', '.join(map(str, sorted(missing)))}")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time", *columns])
    values = [series.to_numpy() for series in columns.values()]
    for i in rows:
        writer.writerow([times[i].isoformat(timespec="minutes"), *(f"{v[i]:.4g}" for v in values)])
    return out.getvalue()


def _day_range(text: str) -> tuple[date, date]:
    first, _, last = text.partition(":")
    try:
        span = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected YYYY-MM-DD:YYYY-MM-DD, got {text}") from None
    if span[0] > span[1]:
        raise argparse.ArgumentTypeError(f"{text}: the first day is after the last")
    return span


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m phaseward_sim.grids.simbench",
                                     description="Write an excerpt of a SimBench LV grid.")
    parser.add_argument("code", help="for example 1-LV-rural2--2-sw")
    parser.add_argument("--name", required=True, help="name of the excerpt and of its two files")
    parser.add_argument("--days", required=True, action="append", type=_day_range,
                        help="first and last day, FIRST:LAST of 2016; may be repeated")
    parser.add_argument("--out", required=True, type=Path, help="existing folder")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    args = _arguments().parse_args(argv)
    try:
        if not args.out.is_dir():
            raise GridFileError(f"{args.out}: no such folder")
        grid, profiles = convert(args.code, args.name, args.days)
    except GridFileError as err:
        print(f"simbench: {err}", file=sys.stderr)
        return 2
    (args.out / f"{args.name}.json").write_text(_pretty(grid), encoding="utf-8")
    (args.out / f"{args.name}.csv").write_text(profiles, encoding="utf-8")
    print(f"{args.name}: {len(grid['buses'])} buses, {len(grid['units'])} units, "
          f"{profiles.count(chr(10)) - 1} rows of profiles")
    return 0


def _pretty(grid: dict) -> str:
    """JSON with one row of a table per line, so that a change shows as one line in a diff."""
    lines = []
    for key, value in grid.items():
        if isinstance(value, list):
            body = ",\n  ".join(json.dumps(row) for row in value)
            lines.append(f' "{key}": [\n  {body}\n ]')
        else:
            lines.append(f' "{key}": {json.dumps(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
