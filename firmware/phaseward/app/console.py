"""The serial port of the box: a person's lines and a tool's frames on one wire, each answered.

A person's line is a command and its arguments, separated by spaces; every answer ends with a line
`ok` or `error: …`. A line that begins with `>` is a tool's frame, answered by one line that begins
with `<` (docs/PROTOCOL.md). Lines that start with `!` report what the box did, unasked. Each is
written whole, so they never mix.
Commands may write to flash, which stops interrupts on some boards and would cost bytes on the bus:
so a line waits until no request is under way there, for a second at most.
Answers are printed a line at a time, between which other tasks run; a command with much to find
out returns a generator, which is asked for a line at a time. Where printing a line took long the
host is not reading: the rest of the answer is dropped, so that a sleeping terminal cannot hold up
the box.
A command that takes time returns a job; its lines follow as they come, and the next typed line
ends it. No command can end this task: what goes wrong in one is its answer.
"""

from ..platform.ticks import ticks_diff
from .error_text import text_of
from .lines import LINE, LONGEST_LINE, NOTHING, REQUEST, LineReader

POLL_MS = 1000
JOB_POLL_MS = 100
BUSY_POLL_MS = 5
BUSY_POLLS = 200
STALLED_MS = 300  # a port that nobody reads blocks for so long, or longer, at each line
_LINE_ENDS = b"\r\n"


class Console:
    """Feeds lines to `commands`, whose `get(name)` is a function(arguments: list) -> lines, a
    generator of lines, or a job; None where there is no such command.

    service : offers `clock`; `batch_line(text)`, lines or None where no batch is being collected;
        `frame(text)`, the reply to a tool's frame; `bus_busy()`; `tick()`, called at least once a
        second
    """

    def __init__(self, terminal, commands, service):
        self._terminal = terminal
        self._commands = commands
        self._service = service
        self._reader = LineReader()
        self._job = None
        self._answers = []
        self._printed = 0
        self._rest = None  # generator of what follows them

    async def run(self, wait, beat):
        while True:
            for byte in self._terminal.read():
                patience = BUSY_POLLS if byte in _LINE_ENDS else 0
                while patience and self._service.bus_busy():
                    patience -= 1
                    await wait(BUSY_POLL_MS)
                self._typed(byte)
                while self._print():
                    await wait(0)
            self._service.tick()
            if self._job is not None:
                self._follow()
                while self._print():
                    await wait(0)
            beat()
            await wait(POLL_MS if self._job is None else JOB_POLL_MS, self._terminal.rx_event)

    def feed(self, data):
        """Takes bytes from the port and answers the lines that end in them, without pauses."""
        for byte in data:
            self._typed(byte)
            while self._print():
                pass

    def _typed(self, byte):
        found = self._reader.feed(byte)
        if found == NOTHING:
            return
        if found != LINE:
            self._answer(("error: a line of more than %d characters" % LONGEST_LINE,))
            return
        line = self._reader.text()
        if line.startswith(REQUEST):
            self._answer((self._service.frame(line),))
        elif line:
            self._person(line)

    def _person(self, line):
        if self._job is not None:
            self._job.stop()
            self._job = None
            self._answer(("error: ended by the next line",))
        self._answer(self._guarded(line))

    def _guarded(self, line):
        """The answer to a person's line, whatever happens inside."""
        try:
            lines = self._service.batch_line(line)
            return self._run(line) if lines is None else lines
        except Exception as error:  # a fault in a command must not take the box down
            return (_told(error),)

    def _run(self, line):
        name, *arguments = line.split()
        command = self._commands.get(name)
        if command is None:
            return ("error: no command %s; try help" % name,)
        answer = command(arguments)
        if hasattr(answer, "rows"):
            self._job = answer
            return ()
        if isinstance(answer, (list, tuple)):
            return list(answer) + ["ok"]
        self._rest = answer
        return ()

    def _follow(self):
        """Prints what the running job has found since."""
        self._answer(self._job.fresh_lines())
        if self._job.done:
            self._answer(("error: " + self._job.error if self._job.error else "ok",))
            self._job = None

    def _answer(self, lines):
        self._answers.extend(lines)
        self._printed = 0

    def _print(self):
        """Prints one line of what is to be answered; returns whether there is more."""
        if not self._answers and self._rest is not None:
            self._fetch()
        if not self._answers:
            return False
        clock = self._service.clock
        begun_ms = clock.ticks_ms()
        self._terminal.write(self._answers[self._printed] + "\n")
        self._printed += 1
        stalled = ticks_diff(clock.ticks_ms(), begun_ms) >= STALLED_MS
        if stalled or self._printed == len(self._answers):
            self._answers.clear()
        if stalled:
            self._rest = None
        return bool(self._answers) or self._rest is not None

    def _fetch(self):
        """The next line of an answer that is still being made."""
        try:
            self._answer((next(self._rest),))
        except StopIteration:
            self._rest = None
            self._answer(("ok",))
        except Exception as error:  # a fault in a command must not take the box down
            self._rest = None
            self._answer((_told(error),))


def _told(error):
    """The line for what a command raised."""
    if isinstance(error, (ValueError, OSError)):
        return "error: %s" % text_of(error)
    return "error: internal, please report: %r" % error
