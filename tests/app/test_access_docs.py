"""The documents say what the box does: lists complete, examples answered byte for byte."""

import importlib.util
import re
from pathlib import Path

import pytest
from box_fakes import Bench, fresh_folder

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture
def box(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return Bench(fresh_folder("docs"), keys=False)


def renderer():
    spec = importlib.util.spec_from_file_location(
        "parameters_document", ROOT / "scripts" / "render_parameters.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_parameter_reference_is_up_to_date():
    document = renderer()
    expected = document.render()
    assert document.TARGET.read_text() == expected, "run python scripts/render_parameters.py"


def test_an_outdated_parameter_reference_is_noticed(tmp_path, capsys):
    document = renderer()
    document.TARGET = tmp_path / "PARAMETERS.md"
    assert document.main(["--check"]) == 1
    assert "PARAMETERS.md is out of date" in capsys.readouterr().out
    assert document.main([]) == 0
    assert document.main(["--check"]) == 0


def listed(document):
    """First words of what stands in backquotes in the first column of its tables."""
    rows = re.findall(r"^\| (`[^|]+) \|", (DOCS / document).read_text(), re.MULTILINE)
    return {text.split()[0] for row in rows for text in re.findall(r"`([^`]+)`", row)}


def test_the_consoles_page_lists_every_command(box):
    assert listed("CONSOLE.md") == set(box.app.service.commands.table)


def test_the_protocols_page_lists_every_request(box):
    assert listed("PROTOCOL.md") == set(box.app.service._tool._requests)


def test_the_protocols_example_is_what_a_box_says(box):
    (example,) = re.findall(r"```\n(>.*?)```", (DOCS / "PROTOCOL.md").read_text(), re.DOTALL)
    lines = example.splitlines()
    assert len(lines) == 8
    for request, reply in zip(lines[::2], lines[1::2], strict=True):
        assert box.send(request.encode() + b"\n") == [reply]


def test_the_consoles_examples_are_what_a_box_says(box):
    """Lines that begin with `$` are typed; what follows is the answer."""
    examples = re.findall(r"((?:^    .+\n)+)", (DOCS / "CONSOLE.md").read_text(), re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        expected, typed = [], None
        for line in [text[4:] for text in example.splitlines()] + ["$ "]:
            if line.startswith("$ "):
                assert typed is None or box.ask(typed) == expected
                typed, expected = line[2:], []
            else:
                expected.append(line)
