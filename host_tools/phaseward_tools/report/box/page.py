"""The page of a box's report: one HTML file that loads nothing, as those of simulations."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from plotly.offline import get_plotlyjs

from phaseward_tools.field.telling import budget
from phaseward_tools.field.words import span
from phaseward_tools.report.box import figures
from phaseward_tools.report.box.blocks import blocks_of
from phaseward_tools.report.box.changes import Change, Window, changes_of
from phaseward_tools.report.box.series import Series, series_of
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.encode import script_json
from phaseward_tools.report.page import environment, template_text, write_whole

_LOG_MOST = 300
_DASH = "\N{EN DASH}"
_WINDOW_ROWS = (
    ("10-minute means outside the band", "%", "outside_pct", 1),
    ("Lowest phase, 10-minute mean", "V", "lowest_v", 1),
    ("Highest phase, 10-minute mean", "V", "highest_v", 1),
    ("Mean unbalance", "%", "unbalance_pct", 2),
    ("Voltage events a day", "", "events", 1),
    ("Minutes held back a day, sum of loads", "min", "blocked_min", 0),
)


def write_box_report(records: dict, path: Path) -> Path:
    """Writes it; ResultWriteError where it cannot be."""
    return write_whole(render(records), path)


def render(records: dict) -> str:
    series = series_of(records)
    blocks = blocks_of(series)
    changes = changes_of(series, blocks)
    clock = Clock(series.start.replace(tzinfo=UTC), 1e-3, "")
    plots = figures.all_figures(series, changes, blocks, clock)
    data = script_json({f.id: {"data": f.data, "layout": f.layout, "choices": []} for f in plots})
    return environment().get_template("box.html.j2").render(
        title=f"Box {records['identity']['identity']}", facts=facts(records, series),
        figures=plots, figure_data=data, changes=[_change_rows(c, series) for c in changes],
        blocks=[_block_row(b, series) for b in blocks[::-1]],
        counters=_counters(records), loads=[_load_row(load) for load in records["loads"]],
        parameters=_changed(series), log=_log_rows(series), log_left=max(
            0, len(series.log) - _LOG_MOST), bus=records["bus"],
        unsure=_when(series.sure_from_s, series) if series.sure_from_s > 0 else "",
        style=template_text("report.css"), script=template_text("report.js"),
        plotly=get_plotlyjs())


def facts(records: dict, series: Series) -> dict[str, str]:
    """Label -> text for the head of the page."""
    found, status = records["identity"], records["status"]
    return {
        "Pulled": f"{datetime.fromisoformat(records['pulled_at']):%Y-%m-%d %H:%M}",
        "Records": f"from {series.start:%Y-%m-%d %H:%M}, {span(round(series.end_s))}",
        "Firmware": f"{found['firmware']} on {found['board']}",
        "Running": f"{span(status['uptime_s'])} since boot {found['boot']}",
        "Access": "commissioning: no keys yet" if found.get("commissioning") else "keys are set",
        "Alarms": ", ".join(status["alarms"]) or "none",
    }


def _when(t_s: float, series: Series) -> str:
    return f"{series.start + timedelta(seconds=t_s):%Y-%m-%d %H:%M}"


def _change_rows(change: Change, series: Series) -> dict:
    rows = [(title, unit, _number(change.before, key, places), _number(change.after, key, places))
            for title, unit, key, places in _WINDOW_ROWS]
    spans = [span(round(w.end_s - w.start_s)) for w in (change.before, change.after)]
    return {"label": change.label, "when": _when(change.t_s, series), "words": change.words,
            "rows": rows, "before": spans[0], "after": spans[1]}


def _number(window: Window, key: str, places: int) -> str:
    value = getattr(window, key)
    return _DASH if value is None else f"{value:.{places}f}"


def _block_row(block, series: Series) -> tuple:
    ended = "goes on" if block.open and not block.ended_by else block.ended_by
    return (_when(block.start_s, series), f"load {block.load}", f"{block.minutes:.0f}",
            f"{block.limit_w}", f"{block.lowest_v:.1f}", block.reason, ended)


def _counters(records: dict) -> list[tuple]:
    q = records["quality"]
    return [(f"L{i + 1}", q["low_events"][i], q["low_min"][i], q["high_events"][i],
             q["high_min"][i]) for i in range(3)]


def _load_row(load: dict) -> tuple:
    return (f"{load['load']} {load['kind']}", f"{load['quantile_mv'] / 1000:.1f}",
            span(60 * load["learned_min"]), load.get("blocked_min", _DASH),
            load.get("blocks", _DASH), budget(load))


def _changed(series: Series) -> list[tuple]:
    """Parameters that differ from their defaults."""
    return [(p.id, p.shown(series.values[p.id]), p.shown(p.default), p.meaning)
            for p in series.parameters.values() if series.values[p.id] != p.default]


def _log_rows(series: Series) -> list[tuple[str, str]]:
    return [(e.moment.words(), e.words(series.parameters))
            for _, e in series.log[::-1][:_LOG_MOST]]
