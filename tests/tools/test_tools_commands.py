"""The commands as a user meets them: output, files, exit codes, one message per error."""

import subprocess
import sys
from pathlib import Path

import pytest
from tools import synthetic
from typer.testing import CliRunner

from phaseward_sim.results import Measurement, ResultError, load, save
from phaseward_tools import command_docs, exits, jobs, running, scenarios
from phaseward_tools.cases import Case
from phaseward_tools.cli import app
from phaseward_tools.exits import Exit, JobError
from phaseward_tools.summary import summary_rows


class Boom(Exception):
    """An error no one thought of."""


class PowerFlowError(Exception):
    """Stands for the solver's error of the same name."""


class MicroPythonError(Exception):
    """Stands for the loop's error of the same name."""


@pytest.fixture
def invoke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PHASEWARD_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str):
        # Consoles are made once per process; each call here has its own output.
        for made in (exits.errors_console, *_consoles()):
            made.cache_clear()
        return CliRunner().invoke(app, list(arguments))

    return call


def _consoles():
    from phaseward_tools import terminal

    return terminal.console, terminal.errors_console


@pytest.fixture
def fake_engine(monkeypatch):
    """Instead of running: made-up results, by the stem of the scenario file."""
    made = {"experiment": synthetic.experiment, "evening": synthetic.evening}
    monkeypatch.setattr(running, "_check", lambda todo: None)
    monkeypatch.setattr(jobs, "run_jobs", lambda todo, tell: [
        made[job.path.stem](job.control) for job in todo])
    monkeypatch.setattr(scenarios, "demo_scenarios",
                        lambda: [Path("experiment.yaml"), Path("evening.yaml")])


@pytest.fixture
def broken_engine(monkeypatch):
    def break_with(error: BaseException):
        def run_jobs(*_):
            raise error
        monkeypatch.setattr(running, "_check", lambda todo: None)
        monkeypatch.setattr(jobs, "run_jobs", run_jobs)
    return break_with


def test_demo_prints_both_tables_and_writes_one_report(invoke, fake_engine, tmp_path):
    done = invoke("demo", "--out", "out")
    # The made-up experiment breaks two of its verdicts.
    assert done.exit_code == Exit.VERDICT_FAILED, done.output
    assert "Balancer: on, off, on again" in done.stdout
    assert "An evening of charging" in done.stdout
    assert "Report: out/report.html" in done.stdout
    folders = {p.parent.relative_to(tmp_path / "out").as_posix()
               for p in (tmp_path / "out").rglob("meta.json")}
    assert folders == {f"{s}/{c}" for s in ("experiment", "evening")
                       for c in ("with_control", "without_control")}


def test_the_terminal_table_holds_the_verdicts_values(invoke, fake_engine, tmp_path):
    out = invoke("simulate", "evening.yaml", "--compare", "--out", "out").stdout
    loaded = Case(load(tmp_path / "out/evening/with_control"),
                  load(tmp_path / "out/evening/without_control"))
    lines = [" ".join(line.replace("│", " ").split()) for line in out.splitlines()]
    for row in summary_rows(loaded):
        expected = f"{row.before} {row.after} {row.change} {row.unit}".strip()
        assert any(line.endswith(expected) for line in lines), (expected, out)
    assert all(len(line) <= 80 for line in out.splitlines() if "│" in line)


def test_simulate_passes_when_all_verdicts_pass(invoke, fake_engine):
    done = invoke("simulate", "evening.yaml", "--out", "out")
    assert done.exit_code == Exit.DONE, done.output
    assert "FAILED" not in done.output


def test_no_control_runs_only_that(invoke, fake_engine, tmp_path):
    invoke("simulate", "evening.yaml", "--no-control")
    made = sorted(p.parent.name for p in (tmp_path / "results/evening").rglob("meta.json"))
    assert made == ["without_control"]


def test_report_is_made_again_from_the_folder_alone(invoke, fake_engine, tmp_path):
    invoke("simulate", "evening.yaml", "--compare", "--out", "out")
    first = (tmp_path / "out/report.html").read_text()
    (tmp_path / "out/report.html").unlink()
    done = invoke("report", "out")
    assert done.exit_code == 0, done.output
    again = (tmp_path / "out/report.html").read_text()
    # Voltages pass through CSV with three places; everything said in words is the same.
    assert again[:again.index("<script>")] == first[:first.index("<script>")]


def test_the_tables_come_as_markdown_too(invoke, fake_engine):
    invoke("demo", "--out", "out")
    text = invoke("report", "out", "--markdown").stdout
    assert "### Balancer: on, off, on again\n\n|   | without control | with control |\n" in text
    assert "| **T2** stopped by hand |" in text
    assert "| verdict | measured | limit |   |\n| --- | ---: | ---: | ---: |\n" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith(" |") for line in rows)


@pytest.mark.parametrize(("error", "code", "message"), [
    (ResultError("x.yaml:3: grid: unknown"), Exit.BAD_INPUT, "x.yaml:3: grid: unknown"),
    (PowerFlowError("no solution at t = 3 s, bus h07"), Exit.RUN_FAILED, "bus h07"),
    (MicroPythonError("no MicroPython found; run `make setup`"), Exit.MISSING, "make setup"),
    (KeyboardInterrupt(), Exit.STOPPED, "stopped; nothing was written"),
    (JobError("x.yaml:3: no", 3), Exit.BAD_INPUT, "x.yaml:3: no"),
    (Boom("odd"), Exit.INTERNAL, "fault in phaseward itself: Boom: odd"),
])
def test_every_error_is_one_message_and_its_exit_code(invoke, broken_engine, tmp_path, error,
                                                      code, message):
    broken_engine(error)
    done = invoke("simulate", "x.yaml", "--out", "out")
    assert done.exit_code == code
    assert message in " ".join(done.stderr.split())
    assert "Traceback" not in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_stop_keeps_the_results_of_before(invoke, fake_engine, broken_engine, tmp_path):
    invoke("simulate", "evening.yaml", "--out", "out")
    broken_engine(KeyboardInterrupt())
    assert invoke("simulate", "evening.yaml", "--out", "out").exit_code == Exit.STOPPED
    assert (tmp_path / "out/report.html").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_foreign_folder_is_refused_before_anything_runs(invoke, broken_engine, tmp_path):
    broken_engine(AssertionError("must not run"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    done = invoke("simulate", "x.yaml", "--out", "mine")
    assert done.exit_code == Exit.UNWRITABLE
    assert "did not write" in " ".join(done.stderr.split())


def test_reporting_on_nothing_says_what_to_name(invoke, tmp_path):
    done = invoke("report", str(tmp_path))
    assert done.exit_code == Exit.BAD_INPUT
    assert "holds no result" in " ".join(done.stderr.split())


def test_a_damaged_result_is_named(invoke, tmp_path):
    save(synthetic.experiment(True).with_measurements([Measurement("a", 1, "V")]),
         tmp_path / "run")
    (tmp_path / "run/verdicts.json").write_text("{")
    done = invoke("report", "run")
    assert done.exit_code == Exit.BAD_INPUT
    assert "verdicts.json: is not JSON" in " ".join(done.stderr.split())


def test_missing_demo_scenarios_are_explained(invoke, monkeypatch, tmp_path):
    monkeypatch.setattr(scenarios, "_folders", lambda: [tmp_path])
    done = invoke("demo")
    assert done.exit_code == Exit.BAD_INPUT
    assert "phaseward simulate FILE" in " ".join(done.stderr.split())


@pytest.mark.parametrize("arguments", [["simulate", "x.yaml", "--rung", "hil"], ["fly"]])
def test_a_wrong_command_line_is_exit_code_2(invoke, arguments):
    assert invoke(*arguments).exit_code == Exit.USAGE


def test_help_lists_the_commands_and_every_exit_code(invoke):
    text = invoke("--help").output
    for command in command_docs.COMMANDS:
        assert f" {command.__name__.replace('_', '-')} " in text
    for code in Exit:
        assert f"{int(code)}: " in text


def test_version_names_tools_firmware_and_micropython(invoke, monkeypatch):
    monkeypatch.setenv("MICROPYTHON", sys.executable)
    done = invoke("version")
    assert done.exit_code == 0, done.output
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert set(lines) == {"phaseward", "firmware", "micropython"}
    assert "is not MicroPython" in lines["micropython"]


def test_the_installed_command_starts():
    program = Path(sys.executable).with_name("phaseward")
    if not program.exists():
        pytest.skip("phaseward is not installed beside this Python")
    done = subprocess.run([program, "report", "/nonexistent"], capture_output=True, text=True,
                          timeout=60, check=False)
    assert (done.returncode, done.stdout) == (Exit.BAD_INPUT, "")
    assert done.stderr.strip() == "phaseward: /nonexistent: no such folder"


def test_the_page_of_commands_is_up_to_date():
    text = command_docs.PAGE.read_text(encoding="utf-8")
    assert text == command_docs.page(), "run: python -m phaseward_tools.command_docs"
