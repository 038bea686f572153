"""The study as a whole: resumable, told in tables and pictures; the quick subset's figures."""

import json
from pathlib import Path
from xml.dom import minidom

import pytest

from phaseward_sim.sites import jobs, page, pictures, study, summing
from phaseward_tools import balancer_study

ROOT = Path(__file__).resolve().parents[3]


def outcome(minutes, **more):
    return {"minutes": minutes, "volt_min": 2.0 * minutes, "events": 1.0, "lowest_v": 200.0,
            "highest_v": 250.0, "induced": 0.0, "worsened_v": 0.0, "neighbours": minutes,
            "pv_lost_kwh": 0.0, "moved_kwh": 1.0, "kvarh": 1.0, "loss_kwh": 0.5, **more}


def piece(name="madrid1", law=20.0, best=10.0):
    rows = [{"seed": 101, "scale": scale, "law": outcome(law / scale),
             "best": outcome(best / scale)} for scale in (1.0, 2.0)]
    return {"feeder": name, "title": name, "about": "", "meters": 3, "kva": [15.0],
            "k_v_kw": [1.0], "cpu_s": 1.0, "found": {"base": [outcome(110.0)], "rows": rows,
                      "margins_mv": [[1.0, 8000], [2.0, 12000]]}}


def test_reduction_and_ratio_by_hand():
    """110 before, 20 by the law, 10 at best: 81.8 % saved, 90/100 of what was possible."""
    one = summing.at_scale(piece(), 1.0)["minutes"]
    assert one["reduction"] == pytest.approx(100 * 90 / 110)
    assert one["ratio"] == pytest.approx(90.0)
    assert summing.ratio(5.0, 5.0, 5.0) is None and summing.reduction(0.0, 0.0) is None


def test_the_gap_to_the_bound_by_hand():
    """100 outside, 20 left, 10 proven least: 80 of at most 90 saved, 11.1 % open."""
    made = piece()
    made["found"]["rows"][0]["gap"] = {"minutes": 5, "before": 100.0, "found": 20.0, "bound": 10.0,
                                       "bound_wide": 0.0, "model_error_v": 0.1}
    assert summing.gap(made)["open"] == pytest.approx(100 / 9)
    assert summing.gap(made)["open_wide"] == pytest.approx(20.0)


def test_tables_and_pictures_of_a_piece():
    text = page.ratings([piece(), piece("lugo1", law=60.0)])
    assert "81.8 / 90.9 (90.0)" in text and "**worst**" in text and "(50.0)" in text
    assert "| madrid1 | 8 | 12 |" in page.margins([piece()])
    for picture in (pictures.reductions([piece()]), pictures.ratios([piece()])):
        minidom.parseString(picture)
        assert "madrid1" in picture


def test_only_the_marked_parts_of_a_page_change():
    text = "by hand\n<!-- begin a -->\nold\n<!-- end a -->\nby hand too\n"
    assert page.filled(text, {"a": "new"}) == text.replace("old", "new")
    with pytest.raises(ValueError, match="begin b"):
        page.filled(text, {"b": "new"})


def test_the_page_has_a_place_for_every_table():
    text = (ROOT / "docs" / "STUDY_BALANCER.md").read_text(encoding="utf-8")
    kinds = {kind: [] for kind in jobs.KINDS}
    parts = balancer_study.tables(kinds, jobs.Plan(), quick=False)
    assert page.filled(text, parts) != text


def test_finished_pieces_are_not_run_again_and_others_are(tmp_path, monkeypatch):
    ran = []

    def fake(feeder, plan, tell=None):
        ran.append(feeder.name)
        return {"of": feeder.name}

    monkeypatch.setattr(jobs, "KINDS", {"neutral": fake})
    monkeypatch.setattr(study, "QUICK_KINDS", ("neutral",))
    monkeypatch.setattr(study, "QUICK_FEEDERS", ("madrid3", "lugo1"))
    study.run(tmp_path, study.QUICK, quick=True)
    assert ran == ["madrid3", "lugo1"]
    study.path_of(tmp_path, "neutral", "lugo1").unlink()
    told = []
    study.run(tmp_path, study.QUICK, True, lambda done, total, words: told.append((done, total)))
    assert ran == ["madrid3", "lugo1", "lugo1"] and told[-1] == (2, 2)
    other = jobs.Plan(report=(7,))
    assert study.read(tmp_path, "neutral", "lugo1", study.fingerprint(other)) is None


def test_the_raw_results_in_the_repository_are_small_and_say_what_they_are():
    path = ROOT / "docs" / "data" / "study_balancer.json"
    assert path.stat().st_size < 1e6
    found = json.loads(path.read_text(encoding="utf-8"))
    assert len(page.made(found["report"])) == 10 and len(page.foreign(found["report"])) >= 2


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """The command's quick subset by the study's own code."""
    out = tmp_path_factory.mktemp("study")
    study.run(out, study.QUICK, quick=True)
    mark = study.fingerprint(study.QUICK)
    return {(kind, name): study.read(out, kind, name, mark) for kind, name in study.pieces(True)}


# Lower ends a little below what the subset gave when its figures were written down:
# 97.9 and 99.5, 99.2 and 99.5, 99.3 and 99.9 % of the optimum at ratings x1 and x2.
LEAST_RATIO = {"madrid3": (97.0, 98.8), "acoruna1": (98.2, 98.8), "rural2": (98.4, 99.2)}


@pytest.mark.slow
def test_quick_study_stays_near_the_optimum_and_harms_nobody(quick):
    for name, (once, twice) in LEAST_RATIO.items():
        made = quick["report", name]
        one, two = (summing.at_scale(made, scale) for scale in (1.0, 2.0))
        assert one["minutes"]["before"] > 100
        assert once <= one["minutes"]["ratio"] <= 101.0, name
        assert twice <= two["minutes"]["ratio"] <= 101.0, name
        assert two["minutes"]["reduction"] > one["minutes"]["reduction"] > 50.0
        for law in one["laws"] + two["laws"]:
            assert law["induced"] <= 0.001 * one["minutes"]["before"]
            assert law["worsened_v"] <= 0.05
        assert summing.gap(made)["open"] <= 3.0


@pytest.mark.slow
def test_quick_study_knows_a_broken_neutral_from_a_sound_one(quick):
    for name in LEAST_RATIO:
        found = quick["neutral", name]["found"]
        assert all(one == [0.0, 0.0, 0.0] for one in found["sound"]), name
        assert all(min(alarm, lost) >= 0.95 for _, alarm, lost in found["broken"]), name
        assert len(found["broken"]) == 2
