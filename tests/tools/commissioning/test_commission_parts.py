"""What six voltages tell, where answers come from, and the page; without a box."""

import math

import pytest

from phaseward_tools.commissioning import page, wiring
from phaseward_tools.commissioning.answers import AnswerError, Answers, from_file
from phaseward_tools.commissioning.outputs import Step

U = 230.0
LL = U * math.sqrt(3)


@pytest.mark.parametrize(("u_ln", "u_ll", "good", "says"), [
    ([U, 228.0, 233.0], [396.7, 399.3, 400.9], True, "one three-phase system"),
    ([0, 0, 0], [0, 0, 0], False, "no voltage on any phase"),
    ([U, 3.0, U], [U, U, LL], False, "no voltage on L2"),
    ([U, U, U], [0.5, LL, LL], False, "L1 and L2 are the same phase"),
    ([U, LL, LL], [U, LL, U], False, "neutral and L1 are exchanged"),
    ([260.0, 215.0, 221.0], [LL] * 3, False, "is the neutral sound?"),
    ([U, U, U], [U, LL, LL], False, "angles are not 120 degrees"),
    ([U, U, U], [0, 0, 0], True, "tells no voltages between them"),
])  # fmt: skip
def test_six_magnitudes_tell_what_is_wrong(u_ln, u_ll, good, says):
    """sqrt(230*230 + 228*228 + 230*228) = 396.7; (228, 233): 399.3; (233, 230): 401.0."""
    found = wiring.judge(u_ln, u_ll)
    assert found[0][0] is good and says in found[0][1], found


def test_phases_of_a_load_show_in_the_powers():
    assert wiring.phases_of([3000, 500, 2500], [800, 480, 300]) == [1, 3]
    assert wiring.phases_of([100, 100, 100], [50, 50, 50]) == []


def test_answers_come_from_a_file_and_defaults(tmp_path):
    path = tmp_path / "answers.yaml"
    path.write_text("technician: A. Name\nrotation: false\nplace: cellar 3\n")
    found = from_file(path, False)
    assert found.text("technician", "?") == "A. Name"
    assert found.agreed("rotation", "?", True) is False
    assert found.choice("meter", "?", ["a", "b"]) == "a"
    with pytest.raises(AnswerError, match="answers.yaml: other: is missing"):
        found.text("other", "?")


@pytest.mark.parametrize(("given", "key", "says"), [
    ({"rotation": "of course"}, "rotation", "expected true or false"),
    ({"meter": "c"}, "meter", "expected one of a, b, got 'c'"),
])  # fmt: skip
def test_wrong_answers_are_named(given, key, says):
    answers = Answers(given, yes=True)
    with pytest.raises(AnswerError, match=says):
        answers.choice("meter", "?", ["a", "b"]) if key == "meter" else answers.agreed(key, "?")


def protocol(good):
    steps = [Step("relay_l1", good, "follows <b>"), Step("stage", None, "the box has none")]
    return page.Protocol("Commissioning of box 1", {"Place": "cellar"}, {"Outputs": steps},
                         [("bl_share_pm", "50 permille", "share")], "A. Name", "2026-01-02")


def test_the_page_says_at_its_head_whether_all_is_in_order(tmp_path):
    assert "All that was tested is in order" in page.html(protocol(True))
    text = page.html(protocol(False))
    assert "Not in order" in text and "FAILED" in text and "follows &lt;b&gt;" in text
    paths = page.write(protocol(True), tmp_path / "out", "x")
    assert paths[0].name == "x.html" and "A. Name" in paths[0].read_text()
    for path in paths[1:]:  # where a browser is installed
        assert path.read_bytes().startswith(b"%PDF")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(page.PageError, match="file/x.html: cannot be written"):
        page.write(protocol(True), tmp_path / "file", "x")
