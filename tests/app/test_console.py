"""The console's line discipline, with commands of the test's own."""

from phaseward.app.console import LONGEST_LINE, Console
from phaseward.app.scheduler import Wait
from phaseward.platform.ticks import Event


class Terminal:
    def __init__(self):
        self.rx_event = Event()
        self.typed = b""
        self.shown = ""

    def read(self):
        typed, self.typed = self.typed, b""
        return typed

    def write(self, text):
        self.shown += text


def echo(arguments):
    return ["heard " + ",".join(arguments)]


def refuse(arguments):
    raise ValueError("expected something else")


def answers(*typed):
    """What the terminal shows after each portion of typed bytes has been read."""
    terminal = Terminal()
    task = Console(terminal, {"echo": echo, "refuse": refuse}).run(Wait(), lambda: None)
    for portion in typed:
        terminal.typed = portion
        task.send(None)
    task.close()
    return terminal.shown


def test_a_line_is_answered_and_closed_with_ok():
    assert answers(b"echo a b\n") == "heard a,b\nok\n"


def test_a_line_may_come_in_pieces():
    assert answers(b"ec", b"ho x", b"\r\n") == "heard x\nok\n"


def test_an_unknown_command_and_a_refusal_are_errors():
    assert answers(b"foo\nrefuse\n") == (
        "error: no command foo; try help\nerror: expected something else\n"
    )


def test_an_overlong_line_is_refused_whole_and_the_next_is_heard():
    typed = b"echo " + b"x" * LONGEST_LINE + b"\necho y\n"
    assert answers(typed) == f"error: a line of more than {LONGEST_LINE} characters\nheard y\nok\n"


def test_noise_bytes_are_not_part_of_a_line():
    assert answers(b"\x00\xffec\x07ho a\x80\n") == "heard a\nok\n"
