"""Runs are done once, kept as they finish, and gone on with after whatever stopped them."""

import csv
import json

import pytest
from sim.study.conftest import STUDY

from phaseward_sim import study
from phaseward_sim.importers import MissingExtraError
from phaseward_sim.powerflow import PowerFlowError
from phaseward_sim.results import ResultWriteError
from phaseward_sim.study import executing


@pytest.fixture
def plan(study_file):
    return study.make_plan(study.load(study_file()))


@pytest.fixture
def store(tmp_path):
    return study.Store(tmp_path / "out")


def count_work(monkeypatch, work=executing.work):
    """Seeds of the runs worked on from now on."""
    done = []

    def counted(run):
        outcome = work(run)
        done.append((run.variant, run.seed))
        return outcome

    monkeypatch.setattr(executing, "work", counted)
    return done


def test_all_runs_are_done_once(plan, store, monkeypatch):
    done, told = count_work(monkeypatch), []
    assert study.execute(plan, store, tell=lambda *now: told.append(now[:2])) == 6
    assert len(done) == 6 and told == [(n, 6) for n in range(7)]
    assert study.execute(plan, store) == 0 and len(done) == 6
    outcome = store.read(plan.runs[0])
    assert 200 < outcome["measurements"]["u_min_v"] < 231 and outcome["wall_s"] > 0


def test_results_depend_on_the_seed_alone(plan, store, tmp_path):
    study.execute(plan, store)
    other = study.Store(tmp_path / "again")
    study.execute(plan, other)
    u_v = [store.read(run)["measurements"]["u_min_v"] for run in plan.runs]
    assert u_v == [other.read(run)["measurements"]["u_min_v"] for run in plan.runs]
    assert len(set(u_v[:3])) > 1


def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(plan, store, monkeypatch):
    def stop_at_third(run):
        if run.seed == 3:
            raise KeyboardInterrupt
        return {"measurements": {"u_min_v": 1.0}, "wall_s": 0.1}

    monkeypatch.setattr(executing, "work", stop_at_third)
    with pytest.raises(study.StudyStopped, match="2 of 6 runs are finished and kept in .*runs; "
                                                 "the same command goes on"):
        study.execute(plan, store)
    monkeypatch.undo()
    done = count_work(monkeypatch)
    study.execute(plan, store)
    assert done == [("watching", 3), ("boxes", 1), ("boxes", 2), ("boxes", 3)]


def test_a_run_that_breaks_off_does_not_stop_the_others(plan, store, monkeypatch):
    def break_second(file, **kwargs):
        if file.scenario.seed == 2:
            raise PowerFlowError("no solution found", 60.0, "far")
        return run(file, **kwargs)

    run = executing.work.__globals__["engine"].run
    monkeypatch.setattr("phaseward_sim.study.working.engine.run", break_second)
    with pytest.raises(study.RunsFailed, match="(?s)2 of 6 runs broke off.*watching, seed 2: "
                                               "PowerFlowError.*4 of 6 runs are finished"):
        study.execute(plan, store)
    assert len(list(store.folder.glob("*.json"))) == 4


def test_a_worker_with_another_version_is_refused(plan, store, monkeypatch):
    monkeypatch.setattr(executing, "work", lambda run: {"measurements": {}, "version": "0.0+old"})
    with pytest.raises(study.StudyError, match="a worker runs phaseward 0.0.old, here it is"):
        study.execute(plan, store)
    assert not list(store.folder.glob("*.json"))


@pytest.mark.parametrize("damage", ["", "{", '{"format": 1, "digest": "other"}', "[]"])
def test_a_damaged_run_is_done_again(plan, store, monkeypatch, damage):
    study.execute(plan, store)
    store.path(plan.runs[1]).write_text(damage)
    done = count_work(monkeypatch)
    study.execute(plan, store)
    assert done == [("watching", 2)]


def test_a_folder_that_cannot_be_used_is_named(plan, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ResultWriteError, match="taken/runs: cannot be written"):
        study.execute(plan, study.Store(tmp_path / "taken"))


def test_table_and_report_say_what_was_found_and_what_is_missing(plan, store):
    study.execute(plan, store)
    store.path(plan.runs[5]).unlink()
    paths = study.write_outcome(plan, store)
    rows = list(csv.DictReader((store.out / "runs.csv").open()))
    assert [row["state"] for row in rows] == ["done"] * 5 + ["missing"]
    assert rows[0]["variant"] == "watching" and float(rows[0]["u_min_v"]) < 231
    assert json.loads(store.path(plan.runs[0]).read_text())["run"] == "watching, seed 1"
    text = (store.out / "report.md").read_text()
    assert "- Runs: 5 of 6 done" in text and "| as written | boxes | 2 |" in text
    page = (store.out / "report.html").read_text()
    assert "<script" not in page and "difference to watching" in page and "<svg" in page
    assert [path.name for path in paths][-2:] == ["report.md", "report.html"]


def test_parquet_holds_the_same_rows(plan, store):
    parquet = pytest.importorskip("pyarrow.parquet", reason="needs pyarrow, in phaseward[study]")
    study.execute(plan, store)
    study.write_outcome(plan, store)
    table = parquet.read_table(store.out / "runs.parquet").to_pylist()
    assert len(table) == 6 and table[3]["variant"] == "boxes" and table[3]["seed"] == 1


def test_a_sweep_compares_at_each_point(study_file, store):
    text = STUDY + "sweep: [{key: grid.length_factor, values: [1.0, 0.5]}]\n"
    plan = study.make_plan(study.load(study_file(text)))
    study.execute(plan, store)
    study.write_outcome(plan, store)
    lines = (store.out / "report.md").read_text().splitlines()
    first = lines.index(next(line for line in lines if "(`u_min_v`)" in line))
    assert [line.split(" | ")[0] for line in lines[first + 4:first + 8]] == [
        "| grid.length_factor = 1.0"] * 2 + ["| grid.length_factor = 0.5"] * 2


def test_workers_without_distributed_are_refused_with_the_command_that_brings_it(
        plan, store, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'phaseward\[study\]'"):
        study.execute(plan, store, workers=2)
