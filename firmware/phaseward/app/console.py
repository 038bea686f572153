"""The text console: collects typed lines and answers them.

A line is a command and its arguments, separated by spaces. Every answer ends with a line `ok` or
`error: …`. Lines that start with `!` are for programs: they report what the box did, unasked.
An over-long line is refused whole, so that noise on the line can never become a command.
"""

LONGEST_LINE = 120
_POLL_MS = 10_000  # only to show life; typing wakes the task


class Console:
    """Feeds typed lines to `commands`: a mapping name -> function(arguments: list) -> lines."""

    def __init__(self, terminal, commands):
        self._terminal = terminal
        self._commands = commands
        self._line = ""
        self._overlong = False

    async def run(self, wait, beat):
        while True:
            for byte in self._terminal.read():
                self._typed(byte)
            beat()
            await wait(_POLL_MS, self._terminal.rx_event)

    def _typed(self, byte):
        if byte in b"\r\n":
            line, self._line = self._line.strip(), ""
            overlong, self._overlong = self._overlong, False
            if overlong:
                self._answer(("error: a line of more than %d characters" % LONGEST_LINE,))
            elif line:
                self._answer(self._run(line))
        elif len(self._line) >= LONGEST_LINE:
            self._overlong = True
        elif 32 <= byte < 127:
            self._line += chr(byte)

    def _run(self, line):
        name, *arguments = line.split()
        command = self._commands.get(name)
        if command is None:
            return ("error: no command %s; try help" % name,)
        try:
            return list(command(arguments)) + ["ok"]
        except (ValueError, OSError) as error:
            return ("error: %s" % error,)

    def _answer(self, lines):
        for line in lines:
            self._terminal.write(line + "\n")
