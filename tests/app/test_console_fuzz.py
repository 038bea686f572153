"""Mutated streams against console and tool: some always, a million in the slow suite."""

import console_fuzz
import pytest
from box_fakes import fresh_folder


@pytest.fixture(autouse=True)
def scratch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_nothing_changes_without_a_login():
    fuzz = console_fuzz.Fuzz(fresh_folder("fuzz"), 11)
    fuzz.run(10_000)
    assert min(fuzz.seen.values()) > 1500


def test_in_commissioning_only_allowed_values_are_taken():
    fuzz = console_fuzz.Fuzz(fresh_folder("fuzz"), 12, keys=False)
    fuzz.run(10_000)
    assert fuzz.app.settings.revision - fuzz.revision > 300


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 114))
def test_a_million_streams_locked(seed):
    console_fuzz.Fuzz(fresh_folder("fuzz"), seed).run(50_000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200, 206))
def test_a_million_streams_in_commissioning(seed):
    console_fuzz.Fuzz(fresh_folder("fuzz"), seed, keys=False).run(50_000)


def test_the_fuzz_would_notice_a_session_that_asks_for_nothing(monkeypatch):
    monkeypatch.setattr("phaseward.app.access.session.Session.require", lambda *_: None)
    with pytest.raises(AssertionError):
        console_fuzz.Fuzz(fresh_folder("fuzz"), 1).run(500)


def test_the_fuzz_would_notice_a_fault_in_a_command(monkeypatch):
    monkeypatch.setattr("phaseward.app.editor.parse", lambda name, text: {}[name])
    with pytest.raises(AssertionError, match="internal"):
        console_fuzz.Fuzz(fresh_folder("fuzz"), 1).run(500)


def test_the_fuzz_would_notice_a_reader_that_does_not_recover(monkeypatch):
    monkeypatch.setattr("phaseward.app.lines.LineReader._start", lambda *_: None)
    with pytest.raises((AssertionError, IndexError)):
        console_fuzz.Fuzz(fresh_folder("fuzz"), 1).run(500)
