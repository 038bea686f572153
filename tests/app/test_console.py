"""The console's line discipline, with commands and frames of the test's own."""

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


class Clock:
    now_ms = 0

    def ticks_ms(self):
        return self.now_ms


class Frames:
    """In place of the service: answers frames, collects no batch."""

    def frame(self, text):
        return "<" + text[1:]

    def batch_line(self, line):
        return None

    def __init__(self, busy=0):
        self.busy = busy  # so many questions are answered with yes
        self.clock = Clock()

    def bus_busy(self):
        self.busy -= 1
        return self.busy >= 0

    def tick(self):
        pass


class Steps:
    """A job that finds one row at each look, three in all."""

    def __init__(self):
        self.rows = []
        self.done = False
        self.error = ""
        self.stopped = False

    def fresh_lines(self):
        self.rows.append(len(self.rows) + 1)
        self.done = len(self.rows) == 3
        return ["found %d" % self.rows[-1]]

    def stop(self):
        self.stopped = True


def echo(arguments):
    return ["heard " + ",".join(arguments)]


def refuse(arguments):
    raise ValueError("expected something else")


def fail(arguments):
    return [][1]


def answers(*typed, **commands):
    """What the terminal shows after each portion of typed bytes has been read."""
    terminal = Terminal()
    commands = commands or {"echo": echo, "refuse": refuse, "fail": fail}
    task = Console(terminal, commands, Frames()).run(Wait(), lambda: None)
    for portion in typed:
        terminal.typed = portion
        while task.send(None) == 0:
            pass  # a pause between two lines of an answer
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


def test_a_fault_inside_a_command_is_an_answer_and_the_next_line_is_heard():
    shown = answers(b"fail\necho a\n").splitlines()
    assert shown[0].startswith("error: internal, please report: IndexError(")
    assert shown[1:] == ["heard a", "ok"]


def lines_then(error):
    def command(arguments):
        yield "one"
        yield "two"
        if error:
            raise error

    return command


def test_an_answer_may_be_made_line_by_line():
    assert answers(b"go\ngo\n", go=lines_then(None)) == "one\ntwo\nok\n" * 2


def test_an_answer_that_fails_on_the_way_ends_with_its_error():
    assert answers(b"go\n", go=lines_then(ValueError("no more"))) == "one\ntwo\nerror: no more\n"
    assert "internal" in answers(b"go\n", go=lines_then(KeyError("x")))


def test_an_overlong_line_is_refused_whole_and_the_next_is_heard():
    typed = b"echo " + b"x" * LONGEST_LINE + b"\necho y\n"
    assert answers(typed) == f"error: a line of more than {LONGEST_LINE} characters\nheard y\nok\n"


def test_noise_bytes_are_not_part_of_a_line():
    assert answers(b"\x00\xffec\x07ho a\x80\n") == "heard a\nok\n"


def test_what_was_typed_waits_until_the_bus_is_idle():
    """A command may write to flash, and a byte that arrives meanwhile would be lost."""
    terminal = Terminal()
    task = Console(terminal, {"echo": echo}, Frames(busy=2)).run(Wait(), lambda: None)
    terminal.typed = b"echo a\n"
    shown = []
    for _ in range(4):
        task.send(None)
        shown.append(terminal.shown)
    task.close()
    assert shown == ["", "", "heard a\n", "heard a\nok\n"]


def test_a_port_that_nobody_reads_costs_one_stall_per_answer():
    """The terminal blocks 500 ms at a line: of 1000 lines one is tried, for each command."""
    terminal, service = Terminal(), Frames()

    def blocking(text):
        terminal.shown += text
        service.clock.now_ms += 500

    terminal.write = blocking
    commands = {"long": lambda words: ["line"] * 1000}
    task = Console(terminal, commands, service).run(Wait(), lambda: None)
    terminal.typed = b"long\nlong\n"
    while task.send(None) == 0:
        pass
    assert terminal.shown == "line\nline\n" and service.clock.now_ms == 1000


def test_backspace_takes_the_last_character_back():
    assert answers(b"\x08ecx\x7fho ab\x08\n") == "heard a\nok\n"


def test_a_frame_is_answered_by_one_line_and_drops_what_came_before():
    assert answers(b"echo a>0001 x*0000\necho b\n") == "<0001 x*0000\nheard b\nok\n"


def test_a_frame_may_be_longer_than_a_persons_line():
    body = b"0001 " + b"x" * 300
    assert answers(b">" + body + b"\n") == "<" + body.decode() + "\n"


def test_a_jobs_lines_follow_as_they_come_and_end_with_ok():
    assert answers(b"go\n", b"", b"", go=lambda words: Steps()) == (
        "found 1\nfound 2\nfound 3\nok\n"
    )


def test_a_typed_line_ends_the_job():
    job = Steps()
    shown = answers(b"go\n", b"echo a\n", b"", go=lambda words: job, echo=echo)
    assert shown == "found 1\nerror: ended by the next line\nheard a\nok\n"
    assert job.stopped
