"""`phaseward study FILE`: output, exit codes, and going on after a stop."""

from pathlib import Path

import pytest
from sim.study.conftest import STUDY
from typer.testing import CliRunner

from phaseward_sim import study
from phaseward_sim.study import executing
from phaseward_tools import exits, terminal
from phaseward_tools.cli import app
from phaseward_tools.exits import Exit


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        for made in (exits.errors_console, terminal.console, terminal.errors_console):
            made.cache_clear()
        return CliRunner().invoke(app, ["study", *map(str, arguments)])

    return call


def test_a_study_prints_the_comparison_and_leaves_table_and_report(invoke, study_file, tmp_path):
    answer = invoke(study_file(), "--workers", 0)
    assert answer.exit_code == Exit.DONE, answer.output
    assert "Lowest voltage" in answer.stdout and "difference to watching" in answer.stdout
    assert "6/6" in answer.stderr
    folder = tmp_path / "results" / "trial"
    assert {path.name for path in folder.iterdir()} >= {"runs", "runs.csv", "report.md",
                                                        "report.html"}


def test_after_a_stop_the_same_command_goes_on(invoke, study_file, monkeypatch, tmp_path):
    path, work = study_file(), executing.work

    def stop(run):
        if run.seed == 3:
            raise KeyboardInterrupt
        return work(run)

    monkeypatch.setattr(executing, "work", stop)
    stopped = invoke(path, "--workers", 0)
    assert stopped.exit_code == Exit.STOPPED and "2 of 6 runs are finished" in stopped.stderr
    assert "2 of 6 done" in (tmp_path / "results" / "trial" / "report.md").read_text()
    monkeypatch.setattr(executing, "work", work)
    assert invoke(path, "--workers", 0).exit_code == Exit.DONE


def test_report_only_runs_nothing(invoke, study_file, monkeypatch):
    monkeypatch.setattr(executing, "work", None)
    answer = invoke(study_file(), "--report-only")
    assert answer.exit_code == Exit.DONE
    assert "0 of 6" in Path("results/trial/report.md").read_text()


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (["gone.yaml"], Exit.BAD_INPUT, "gone.yaml: cannot be read"),
    (["trial.yaml"], Exit.BAD_INPUT, "trial.yaml:9: swep: unknown key; did you mean 'sweep'?"),
])
def test_errors_end_in_one_message(invoke, study_file, arguments, code, words):
    study_file(STUDY + "swep: []\n")
    answer = invoke(*arguments)
    assert answer.exit_code == code and words in answer.stderr


def test_workers_need_the_extra(invoke, study_file, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    answer = invoke(study_file())
    assert answer.exit_code == Exit.MISSING
    assert "pip install 'phaseward[study]'" in answer.stderr and "--workers 0" in answer.stderr


@pytest.mark.slow
def test_the_example_study_runs_as_documented(invoke, tmp_path):
    root = Path(__file__).resolve().parents[3]
    assert "phaseward study studies/blocking_share.yaml" in (
        root / "docs" / "STUDIES.md").read_text()
    answer = invoke(root / "studies" / "blocking_share.yaml", "--workers", 0)
    assert answer.exit_code == Exit.DONE, answer.output
    text = (tmp_path / "results" / "blocking_share" / "report.md").read_text()
    less = [line for line in text.split("## ")[1].splitlines() if "share_2_percent" in line]
    assert less[0].endswith("* |") and "| -" in less[0]  # clearly less time outside the band


def test_the_study_file_in_the_documentation_is_one(tmp_path):
    root = Path(__file__).resolve().parents[3]
    text = (root / "docs" / "STUDIES.md").read_text().split("```yaml\n")[1].split("```")[0]
    path = tmp_path / "documented.yaml"
    path.write_text(text.replace("../scenarios", str(root / "scenarios")))
    plan = study.make_plan(study.load(path))
    assert len(plan.runs) == 3 * 3 * 2 * 5
    assert plan.study.reference == "watching"
