"""A box's report: what its records say, before and after a change, and a page that draws it."""

import json
import re
from datetime import datetime

import numpy as np
import pytest
from field.chromium import Chromium, program
from realtime.live_box import LiveBoard
from realtime.test_realtime import connect, wait_for

from phaseward.store.parameters import choices, defaults, rows
from phaseward_tools.field.records import read, write
from phaseward_tools.field.times import Times
from phaseward_tools.field.words import entry_words, span
from phaseward_tools.report.box.blocks import blocks_of
from phaseward_tools.report.box.changes import changes_of
from phaseward_tools.report.box.page import render
from phaseward_tools.report.box.series import series_of

HOUR, TEN = 3600, 600
COLUMNS = ["id", "type", "unit", "min", "max", "step", "default", "level", "restart", "meaning",
           "source", "choices"]


def ten(sequence, uptime_s, u_v, boot=2, moved_w=(0, 0, 0), held_s=0):
    u_mv = None if u_v is None else [round(1000 * u) for u in u_v]
    return [sequence, uptime_s, boot, u_mv, 120, list(moved_w), [held_s, 0, 0, 0]]


def a_day():
    """Boot 2, 12 h: 6 h with L3 at 212 V, below the default band of 213.9 V; then a change; then
    6 h at 216 V. Boot 1 lasted an hour before. Load 1 is held back from hour 5 to hour 7."""
    means = [ten(n, (n + 1) * TEN, (231, 230, 229), boot=1) for n in range(6)]
    means += [ten(6 + n, (n + 1) * TEN, (236, 229, 212 if n < 36 else 216),
                  moved_w=(0, 0, 0) if n < 36 else (-3000, 1000, 2000)) for n in range(72)]
    log = [
        [0, 0, 1, None, "boot", [1, 0], "first"],
        [1, 0, 2, None, "boot", [2, 0], "power"],
        [2, 2 * HOUR, 2, None, "event", [3, 212_000], "low"],
        [3, 5 * HOUR, 2, None, "block", [1, 4200, 211_900], "critical"],
        [4, 6 * HOUR, 2, None, "set_pb_enable", [0, 1], "tool technician"],
        [5, 6 * HOUR + 60, 2, None, "set_pb_margin_mv", [8000, 9000], "tool technician"],
        [6, 7 * HOUR, 2, None, "free", [1, 11_000, 216_000, 7200], "recovery"],
    ]
    values = defaults() | {"pb_enable": 1, "pb_margin_mv": 9000}
    return {
        "format": "phaseward records 1", "pulled_at": "2026-03-01T18:00:00", "columns": COLUMNS,
        "identity": {"identity": 4711, "firmware": "0.1.0", "board": "rp2", "boot": 2,
                     "commissioning": 0},
        "status": {"uptime_s": 12 * HOUR, "alarms": [], "faults": []},
        "parameters": [[*row, list(choices(row[0])), values[row[0]]] for row in rows()],
        "loads": [], "reasons": [], "bus": [], "log": log, "means": means,
        "quality": {"low_events": [0, 0, 1], "low_min": [0, 0, 360], "high_events": [0, 0, 0],
                    "high_min": [0, 0, 0]},
    }


def test_this_boots_times_are_sure_and_earlier_ones_as_late_as_they_can_be():
    times = Times(datetime(2026, 3, 1, 18), 2, 12 * HOUR, [(1, HOUR), (2, 5)])
    assert times.of(2, HOUR).at == datetime(2026, 3, 1, 7) and times.of(2, HOUR).sure
    before = times.of(1, HOUR)
    assert before.at == datetime(2026, 3, 1, 6) and not before.sure
    assert before.words() == "by 2026-03-01 06:00"
    assert times.of(0, 5) is None and times.of(3, 5) is None


def test_before_and_after_a_change_by_hand():
    """36 of 36 means outside before, 0 of 36 after; in the six hours before: one event (4 a day),
    and one hour held back (240 min a day), as in the six after."""
    series = series_of(a_day())
    (change,) = changes_of(series, blocks_of(series))
    assert len(change.words) == 2 and "pb_enable: 0 becomes 1" in change.words[0]
    # The window before reaches back into boot 1: an hour of good voltage.
    before, after = change.before, change.after
    assert before.outside_pct == pytest.approx(100 * 36 / 42)
    assert (before.lowest_v, after.lowest_v) == (212.0, 216.0)
    assert after.outside_pct == 0 and after.events == 0
    assert before.events == pytest.approx(24 / 7) and after.blocked_min == pytest.approx(240)
    assert before.blocked_min == pytest.approx(60 * 24 / 7)


def test_a_gap_is_no_line_and_missing_voltage_no_value():
    records = a_day()
    records["means"] = [ten(0, TEN, (230, 230, 230)), ten(1, 2 * TEN, None),
                        ten(2, 9 * TEN, (230, 230, 230))]
    series = series_of(records)
    assert np.isnan(series.u_v).all(axis=1).tolist() == [False, True, True, False]


def test_a_block_that_a_restart_ends_or_that_goes_on():
    records = a_day()
    records["log"] = [[0, 100, 1, None, "block", [1, 4200, 206_000], "stress"],
                      [1, 0, 2, None, "boot", [2, 0], "power"],
                      [2, 11 * HOUR, 2, None, "block", [2, 0, 206_000], "critical"]]
    first, second = blocks_of(series_of(records))
    assert first.ended_by == "restart" and first.open
    assert second.open and second.minutes == pytest.approx(60)


def test_the_page_says_what_the_records_say():
    text = re.sub(r"<script.*?</script>|<style.*?</style>", "", render(a_day()), flags=re.DOTALL)
    for words in ("Box 4711", "C1, 2026-03-01 12:00", "85.7", "pb_margin_mv",
                  "under-voltage event on L3, mean 212.0 V", "2 h", "load 1", "critical",
                  "keys are set", "drawn as late as it can have been"):
        assert words in text, words


def test_texts_of_a_box_cannot_become_html():
    records = a_day()
    records["log"].append([7, 8 * HOUR, 2, None, "free", [1], "<script>alert(1)</script>"])
    records["identity"]["board"] = "<img src=x>"
    page = render(records)
    assert "<img src=x>" not in page and "<script>alert(1)" not in page


def test_words_of_entries():
    names = {}
    assert entry_words("free", [1, 11_000, 230_100, 3700], "recovery", names) == (
        "load 1 released after 61 min at 230.1 V: recovery")
    assert entry_words("set_mb_meter", [], "tool technician abb_b23", names) == (
        "mb_meter becomes abb_b23, by tool technician")
    assert entry_words("unheard_of", [1, 2], "x", names) == "unheard_of 1 2 (x)"
    assert entry_words("block", [1], "cut short", names) == "block 1 (cut short)"
    assert [span(s) for s in (45, 600, 7500, 200_000)] == ["45 s", "10 min", "2 h 5 min",
                                                           "2 d 7 h"]


def test_a_file_that_holds_no_records_is_told(invoke, tmp_path):
    for content, text in (("{}", "holds no records"), ("nonsense", "holds no records"),
                          ('{"format": "phaseward records 9"}', "phaseward records 9")):
        (tmp_path / "r.json").write_text(content)
        done = invoke("report", tmp_path / "r.json")
        assert done.exit_code == 3 and text in done.stderr


@pytest.mark.slow
def test_from_a_box_to_a_page(tmp_path, invoke):
    """At 60 times the speed: half an hour of records in half a minute."""
    with LiveBoard(tmp_path / "box", speed=60, l1_kind=1, io_l1_act=1) as live:
        box = connect(live.port)
        wait_for(lambda: box.means_span()[1] >= 3, 120)
        box.set({"bl_share_pm": 90})
        box.client._stream.close()
        pulled = invoke("pull", tmp_path / "r.json", "--port", live.port)
        assert pulled.exit_code == 0 and "ten-minute means of box 4711" in pulled.stdout
        log = invoke("log", "--kind", "set", "--port", live.port)
        assert "bl_share_pm: 83 permille becomes 90 permille, by tool" in log.stdout
        assert "own quantile" in invoke("explain", "--port", live.port).stdout
        assert "under-voltage" in invoke("events", "--port", live.port).stdout
        direct = invoke("report", "--port", live.port, "--out", tmp_path / "direct.html")
        assert direct.exit_code == 0, direct.stderr
    assert invoke("report", tmp_path / "r.json").exit_code == 0
    for name in ("r.html", "direct.html"):
        assert "bl_share_pm: 83 permille becomes 90 permille" in (tmp_path / name).read_text()
    records = read(tmp_path / "r.json")
    assert all(200_000 < u < 250_000 for u in records["means"][1][3])
    write(records, tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text()) == records


@pytest.mark.slow
@pytest.mark.skipif(program() is None, reason="no browser: apt-get install chromium")
def test_the_page_draws_in_a_browser_without_an_error(tmp_path):
    path = tmp_path / "box.html"
    path.write_text(render(a_day()))
    with Chromium(tmp_path / "profile") as browser:
        page = browser.page(path.as_uri())
        page.open()
        page.until("!!document.documentElement.dataset.drawn")
        assert page.run("document.querySelectorAll('.js-plotly-plot').length") == 3
        points = ("document.getElementById('voltages').calcdata.flat()"
                  ".filter((c) => Number.isFinite(c.y)).length")
        assert page.run(points) > 200
        assert page.errors == []
