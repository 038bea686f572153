"""`phaseward size` and `phaseward study-balancer` as a user meets them."""

import pytest
from typer.testing import CliRunner

from phaseward_tools.cli import app
from phaseward_tools.exits import Exit


@pytest.fixture
def invoke(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


def test_a_rating_from_a_box_s_records(invoke, tmp_path):
    """24.3 kVA by hand (tests/sim/sites/test_sites_other.py): the list's 25."""
    path = tmp_path / "box.csv"
    path.write_text("t_s,u_l1_v,u_l2_v,u_l3_v\n0,209,227,227\n60,230,230,230\n")
    done = invoke("size", path, "--k", 1000, "--kq", 0)
    assert done.exit_code == Exit.DONE, done.output
    row = next(line for line in done.output.splitlines() if line.startswith("the box"))
    assert row.split()[2:5] == ["25", "100", "%"]
    assert "customers beyond it may need more" in done.output


def test_records_need_k(invoke, tmp_path):
    path = tmp_path / "box.csv"
    path.write_text("u_l1_v,u_l2_v,u_l3_v\n209,227,227\n")
    done = invoke("size", path)
    assert done.exit_code == Exit.USAGE and "--k" in done.output


def test_where_a_unit_saves_most_with_which_margin(invoke):
    """Lugo 1's trouble is at its end, where the site's own unit is: the default margin."""
    done = invoke("size", "lugo1", "--kva", 15, "--seeds", 1, "--days", 1)
    assert done.exit_code == Exit.DONE, done.output
    lines = done.output.splitlines()
    best = lines[next(n for n, line in enumerate(lines) if line.startswith("node")) + 1].split()
    assert best[:2] == ["n6", "15"] and best[-2:] == ["8", "V"]
    assert float(best[6]) > 95.0  # checked in the closed loop, in percent
    assert "pb_margin_mv" in done.output


def test_an_unknown_feeder_is_bad_input(invoke):
    done = invoke("size", "paris1")
    assert done.exit_code == Exit.BAD_INPUT
    assert "no site 'paris1'" in done.output + (done.stderr or "")


def test_tables_without_any_piece_say_so(invoke, tmp_path):
    (tmp_path / "out").mkdir()
    done = invoke("study-balancer", "--out", tmp_path / "out", "--report-only")
    assert done.exit_code == Exit.DONE, done.output
    assert "(not run yet)" in (tmp_path / "out" / "tables.md").read_text(encoding="utf-8")
