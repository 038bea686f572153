"""The HTML report: complete, self-contained, and saying what the results say."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import plotly.graph_objects as go
import pytest
from tools import synthetic

from phaseward.core.reasons import REASONS
from phaseward_sim.results import Decision, Mark, Meta, Result, ResultError, ResultWriteError
from phaseward_tools.cases import Case
from phaseward_tools.report import colours, render, write_report
from phaseward_tools.report.canvas import mark_texts
from phaseward_tools.report.clock import Clock
from phaseward_tools.report.encode import script_json
from phaseward_tools.report.figures import all_figures
from phaseward_tools.report.figures.blocked import hover_text
from phaseward_tools.report.figures.spans import Bar, joined_bars, keys, limits, natural
from phaseward_tools.summary import summary_rows, verdict_rows

BYTES_BESIDES_PLOTLY = 1_500_000


class Page(HTMLParser):
    """Rows of the tables by their key, ids, and everything a browser would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.loads: list[str] = []
        self.scripts = 0
        self._row: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if "id" in values else []
        loading = [values[k] for k in ("src", "href", "data", "action") if values.get(k)]
        self.loads += [v for v in loading if not v.startswith(("#", "data:"))]
        self.scripts += tag == "script"
        if tag == "tr":
            self._row = self.rows.setdefault(f"{values.get('data-key')}/{len(self.rows)}", [])
        elif tag in ("td", "th") and self._row is not None:
            self._row.append("")

    def handle_data(self, data):
        if self._row:
            self._row[-1] += data.strip()

    def handle_endtag(self, tag):
        if tag == "tr":
            self._row = None


@pytest.fixture(scope="module")
def parsed(page):
    return Page(page)


def _own_part(page: str) -> str:
    """The page without plotly.js itself."""
    scripts = re.findall(r"<script>.*?</script>", page, flags=re.DOTALL)
    return page.replace(max(scripts, key=len), "")


def test_the_page_loads_nothing(page, parsed):
    assert parsed.loads == []
    assert parsed.scripts == 3
    own = _own_part(page)
    assert not re.search(r"https?://|@import|url\(", own)
    assert "default-src 'none'" in own


def test_the_page_is_small_besides_plotly(page):
    assert len(_own_part(page)) < BYTES_BESIDES_PLOTLY


def test_ids_are_unique_and_every_figure_has_its_place(page, parsed, cases):
    assert len(parsed.ids) == len(set(parsed.ids))
    for i, case in enumerate(cases, 1):
        assert {f"c{i}-{f.id}" for f in all_figures(case)} <= set(parsed.ids)


def test_both_demo_cases_have_the_figures_they_have_data_for(cases):
    assert [[f.id for f in all_figures(case)] for case in cases] == [
        ["voltages", "worst", "transfer", "unbalance"],
        ["voltages", "worst", "unbalance", "blocked", "loads", "fairness"]]


def test_every_figure_agrees_with_plotlys_schema(cases):
    for case in cases:
        for figure in all_figures(case):
            go.Figure({"data": figure.data, "layout": figure.layout})


def test_table_cells_are_the_measurements_values(parsed, cases):
    shown = [(key.split("/")[0], cells) for key, cells in parsed.rows.items()]
    for case in cases:
        for row in summary_rows(case):
            assert (row.key, [row.title, row.before, row.after, row.change, row.unit]) in shown
        for row in verdict_rows(case):
            word = "passed" if row.passed else "failed"
            assert (row.key, [row.title, row.value, row.limit, row.margin, row.unit,
                              word]) in shown


def test_marks_stand_in_the_voltage_plot_where_the_scenario_put_them(cases):
    layout = all_figures(cases[0])[0].layout
    labels = {a["text"]: a["x"] for a in layout["annotations"] if a.get("xref") == "x"}
    assert labels == {"<b>T1</b> balancer running": pytest.approx(1 / 60),
                      "<b>T2</b> stopped by hand": 10.0, "<b>T3</b> on again": 20.0}


def test_limit_bands_are_seven_and_ten_per_cent_of_nominal(cases):
    layout = all_figures(cases[0])[0].layout
    levels = {a["text"]: a["y"] for a in layout["annotations"] if a["text"].endswith("0 %")
              or a["text"].endswith("7 %")}
    # 230 V: 7 % is 16.1 V, 10 % is 23 V.
    assert {k: round(v, 6) for k, v in levels.items()} == {
        "+10 %": 253.0, "+7 %": 246.1, "−7 %": 213.9, "−10 %": 207.0}


def test_a_blocked_bar_tells_household_time_limit_reason_and_release(cases):
    run = cases[1].with_control
    bar = joined_bars(d for d in limits(run) if d.blocked)[0]
    text = hover_text(bar, Clock.of(run.meta))
    # h01 is held from step 170 (t = 171 * 30 s = 5130 s, 17:55:30) for 35 steps of 30 s.
    assert "h01 EV" in text and "17:55:30 – 18:13 (18 min)" in text
    assert "limit 4.2 to 6.2 kW" in text and "earliest release 18:20" in text
    assert "&lt;test&gt;" in text and "worst phase" not in text  # no voltage was told
    numbers = Bar(replace(bar.first, v_mv=221450, q_mv=223000), bar.last, 4200.0, 4200.0)
    told = hover_text(numbers, Clock.of(run.meta))
    assert "221.4 V at the worst phase, against 223.0 V of its own history" in told


def test_blocked_bars_hold_exactly_the_blocked_time(cases):
    run = cases[1].with_control
    minutes = sum(b.duration_s for b in joined_bars(d for d in limits(run) if d.blocked)) / 60
    assert minutes == pytest.approx(run.measurement("blocked_min").value)


def test_reasons_are_written_out_for_print(page):
    assert "<b>u_below_own_low</b> Voltage is below this household&#39;s own usual lows" in page


def test_the_selector_shows_one_node_at_a_time(cases):
    figure = all_figures(cases[0])[0]
    assert figure.choices[0].label == "h13"
    for choice in figure.choices:
        # Two runs of three phases.
        assert sum(choice.visible) == 6 and choice.label in choice.caption


def test_marks_that_stand_close_keep_only_their_labels():
    marks = [Mark(0, "T1", "on"), Mark(10, "T2", "off")]
    assert mark_texts(marks, 1000) == ["<b>T1</b>", "<b>T2</b>"]
    assert mark_texts(marks, 20) == ["<b>T1</b> on", "<b>T2</b> off"]
    assert mark_texts([], 20) == []


def test_names_from_a_scenario_cannot_break_out_of_the_page():
    evil = '</script><script>alert("x")</script>'
    run = Result(Meta(evil, title=evil, description=evil, facts={evil: evil}))
    assert "<script>alert" not in render([Case(run)])
    assert "</script" not in script_json({"a": evil})


def test_equal_arrays_are_stored_once():
    x = np.arange(3.0)
    content = json.loads(script_json({"a": {"x": x}, "b": {"x": x.copy(), "y": x + 1}}))
    assert content["figures"] == {"a": {"x": {"ref": 0}}, "b": {"x": {"ref": 0}, "y": {"ref": 1}}}
    assert [a["dtype"] for a in content["arrays"]] == ["f8", "f8"]


@pytest.mark.parametrize("control", [True, False])
def test_a_single_run_makes_a_report_too(control):
    run = synthetic.experiment(control)
    page = render([Case(run, None) if control else Case(None, run)])
    assert "Balancer: on, off, on again" in page


def test_a_run_without_any_series_makes_a_report_of_its_tables():
    assert "Before and after" not in render([Case(Result(Meta("bare")))])


def test_no_result_is_an_error():
    with pytest.raises(ResultError, match="no result"):
        render([])


def test_a_report_that_cannot_be_written_names_its_path(cases, tmp_path):
    with pytest.raises(ResultWriteError, match="nowhere/report.html"):
        write_report(cases[:1], tmp_path / "nowhere" / "report.html")


def test_writing_leaves_only_the_report(cases, tmp_path):
    write_report(cases[:1], tmp_path / "report.html")
    write_report(cases[:1], tmp_path / "report.html")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_loads_stand_in_the_order_of_their_numbers():
    assert sorted(["box10", "box2", "box1"], key=natural) == ["box1", "box2", "box10"]


def test_the_transfer_tells_its_reasons_and_is_no_blocked_load(cases):
    figures = {f.id: f for f in all_figures(cases[0])}
    assert "blocked" not in figures
    assert [key.label for key in figures["transfer"].keys] == ["band", "off"]
    strip = [t for t in figures["transfer"].data if t["name"] == "off"]
    # Off from T2 at 600 s to T3 at 1200 s: 10 to 20 minutes.
    assert strip[0]["x"][:2].tolist() == [10.0, 20.0]


def test_the_shaded_band_is_the_one_that_is_judged():
    run = synthetic.experiment(True)
    meta = replace(run.meta, low_pu=0.9, high_pu=1.1)
    figure = all_figures(Case(replace(run, meta=meta)))[0]
    (band,) = [s for s in figure.layout["shapes"] if s["type"] == "rect"]
    # 0.9 and 1.1 times 230 V.
    assert (band["y0"], band["y1"]) == (pytest.approx(207.0), pytest.approx(253.0))
    assert "207.0 to 253.0 V" in figure.caption


def test_a_reason_keeps_its_colour_from_run_to_run():
    spans = [Decision("b", "l", t, t + 1.0, 0.0, reason, "") for t, reason in
             enumerate(["critical", "new-one", "critical", "newer"])]
    shown = {key.label: key.colour for key in keys(joined_bars(spans))}
    assert shown["critical"] == colours.REASON["critical"]
    assert len(set(shown.values())) == 3


def test_every_reason_that_can_be_drawn_has_a_colour_of_its_own():
    drawn = {short for short, _ in REASONS.values()} - {"free", "unused"}
    assert drawn <= set(colours.REASON)
