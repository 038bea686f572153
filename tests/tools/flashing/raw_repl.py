"""A board with a MicroPython prompt on a pseudo-terminal, for the real mpremote.

The prompt's raw mode (MicroPython's docs, "Raw mode and raw-paste mode") is ours, what it is given
is run by the unix MicroPython in a folder that stands for the board's flash.
"""

import os
import subprocess
import time

from at_a_port import AtAPort

_RUNNER = """
import io, sys
space = {"__name__": "__main__"}
while True:
    size = sys.stdin.readline()
    if not size:
        break
    code = sys.stdin.read(int(size))
    error = ""
    try:
        exec(code, space)
    except BaseException as found:
        told = io.StringIO()
        sys.print_exception(found, told)
        error = told.getvalue()
    sys.stdout.write("\\x04" + error + "\\x04")
"""


class RawRepl(AtAPort):
    """`port` is where it answers. full: writing fails, as on a flash that is full."""

    def __init__(self, micropython, folder, full=False):
        super().__init__()
        self._full = full
        folder.mkdir(exist_ok=True)
        self._process = subprocess.Popen([str(micropython), "-c", _RUNNER], cwd=folder, bufsize=0,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __exit__(self, *_):
        super().__exit__()
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _run(self):
        typed = b""
        while not self._stop.is_set():
            data = self._terminal.read()
            if not data:
                time.sleep(0.002)
            for byte in (data[i : i + 1] for i in range(len(data))):
                typed = self._key(byte, typed)

    def _key(self, byte, typed):
        if byte == b"\x01" and typed == b"\x05A":
            self._say(b"R\x00")  # raw-paste mode is not there: plain raw mode must do
            return b""
        if byte == b"\x01":
            self._say(b"raw REPL; CTRL-B to exit\r\n>")
            return b""
        if byte == b"\x02":
            self._say(b"\r\nMicroPython\r\n>>> ")
            return b""
        if byte == b"\x03":
            return b""
        if byte != b"\x04":
            return typed + byte
        self._execute(typed)
        return b""

    def _execute(self, code):
        if self._full and code.startswith(b"w("):
            code = b"raise OSError(28)"
        self._process.stdin.write(b"%d\n" % len(code.decode()) + code)
        answer = b""
        while answer.count(b"\x04") < 2:
            answer += os.read(self._process.stdout.fileno(), 4096)
        self._say(b"OK" + answer + b">")

    def _say(self, data):
        for first in range(0, len(data), 256):
            self._terminal.write(data[first : first + 256])
            time.sleep(0.001)
