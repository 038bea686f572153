"""Mutated byte streams against the console and the tool's protocol of a whole box. Both Pythons.

What counts as wrong: an exception that escapes, or that a command reports as internal; a
parameter, key, session or output that changes without a login; a good frame after a stream that
is not answered right. A box in commissioning, where anybody may change a technician's parameters,
must hold only values its table allows, whatever was sent, and none of the manufacturer's may
change.
"""

from box_fakes import STEP_MS, Bench, framed

from phaseward.app.console import Console
from phaseward.platform.ticks import ticks_add
from phaseward.store.parameters import check

LINES = (
    "help", "help se", "status", "get pb_", "get l1_kind", "set pb_enable=1", "set bl_share_pm=50",
    "set pb_enable=1 bl_eta_mv=70", "try pb_enable=1 60", "try bl_share_pm=50 pb_enable=1 5",
    "commit", "revert", "diff", "load", "load 1 fresh", "end", "cancel", "save", "defaults",
    "# comment", "pb_enable=1", "sy_un_mv=240000", "explain", "events", "budget", "log 0", "bus",
    "version", "scan 1 3", "poll", "poll 1 4 0 2", "relay 1 5", "relay", "stop", "restart",
    "clock 06:00", "clock", "car 1 5000", "car 1 gone", "room 1 -500", "relearn",
    "challenge", "challenge manufacturer", "login 0123456789abcdef0123456789abcdef", "logout",
)  # fmt: skip
REQUESTS = (
    "identify", "schema 0", "schema 110", "values 32", "get pb_enable l1_kind",
    "set pb_enable=1", "set bl_share_pm=50 pb_enable=1", "set sy_un_mv=240000",
    "try 60 pb_enable=1", "commit", "revert", "save", "defaults", "begin", "begin 1 fresh",
    "add pb_enable=1 bl_share_pm=50", "apply 2", "cancel", "status", "loads 1", "explain",
    "quality", "bus 0", "outputs", "log 0", "challenge technician", "challenge manufacturer",
    "login 0123456789abcdef0123456789abcdef", "logout", "scan 1 2", "poll 1 4 0", "job 0", "stop",
    "update", "update_manifest 0 QUJDREVGR0g=", "update_begin", "update_data 0 QUJD",
    "update_finish",
    "clock 06:00", "car 1 5000", "room 1 off", "relearn",
    "relay 1 5", "restart", "provision " + "5a" * 32 + " " + "a5" * 32,
)  # fmt: skip
SLOW = ("help", "get pb_", "status", "diff", "dump", "identify")  # one in ten is enough
CHANGING = ("save", "restart", "provision")  # left out in commissioning, or too slow there
CHUNKS = (b"\n", b"\r\n", b">", b"<", b"*", b"=", b" ", b"!", b"\x00", b"\xff", b"\x08", b"\x7f",
          b"-", b"_", b"%s", b"{n}", b"1" * 40, b"a" * 130, b"x" * 600, b"\xc3\xa9")  # fmt: skip
KINDS = 9


class Random:
    """xorshift32: the same numbers on every Python."""

    def __init__(self, seed):
        self.state = seed * 2654435761 % 0xFFFFFFFF or 1

    def below(self, n):
        x = self.state
        x ^= x << 13 & 0xFFFFFFFF
        x ^= x >> 17
        x ^= x << 5 & 0xFFFFFFFF
        self.state = x
        return (x >> 7) % n

    def one_of(self, items):
        return items[self.below(len(items))]


class Fuzz:
    """`seen`: how many replies of each kind came, so that a test can see that it tests."""

    def __init__(self, folder, seed, keys=True):
        self.box = Bench(folder, keys)
        self.app = self.box.app
        self.terminal = self.box.platform.console
        self.console = Console(self.terminal, self.app.reception, self.app.reception)
        self.random = Random(seed)
        self.keys = keys
        self.seen = {"+": 0, "-": 0, "ok": 0, "error": 0}
        self.probes = [framed("get pb_s_va bl_rise_pm", number) for number in range(64)]
        self.revision = self.app.settings.revision

    def run(self, streams):
        for number in range(streams):
            self.send(self.stream())
            self.probe(number % 64)
            self.unchanged() if self.keys else self.sound()
        if not self.keys:
            for name in self.app.settings.values:
                check(name, self.app.settings.values[name])

    def send(self, data):
        self.terminal.shown = []
        self.console.feed(data)
        self.app.service.tick()
        clock = self.box.platform.clock
        clock.now_ms = ticks_add(clock.now_ms, STEP_MS)
        for text in self.terminal.shown:
            assert "internal" not in text, (data, text)
            self._count(text)

    def _count(self, text):
        if text.startswith("<"):
            self.seen[text[6]] += 1
        elif text == "ok\n":
            self.seen["ok"] += 1
        elif text.startswith("error: "):
            self.seen["error"] += 1

    def probe(self, number):
        """The next good frame, after whatever came before, is answered right."""
        self.send(self.probes[number])
        reply = self.terminal.shown[-1]
        assert reply.startswith("<%04x +{" % number), reply

    def unchanged(self):
        service = self.app.service
        assert self.app.settings.revision == self.revision, "a parameter was changed"
        assert service.person.level() == 0 and service._tool_session.level() == 0
        assert not service.editor.trial.before and not service.batch.open
        assert not service.keys.commissioning and self.app._restart_reason is None
        assert self.app.bus_jobs.job is None and service.output_test.running() is None

    def sound(self):
        """In commissioning: what is in force is what the table allows (all checked at the end)."""
        values = self.app.settings.values
        check("bl_share_pm", values["bl_share_pm"])
        assert values["sy_un_mv"] == 230000, "the manufacturer's"

    # Streams

    def stream(self):
        data = self.material()
        for _ in range(self.random.below(4)):
            data = self.mutated(data)
        return data

    def material(self):
        """A few lines and frames as people and tools send them."""
        parts = [self.line() for _ in range(1 + self.random.below(3))]
        return b"".join(parts)

    def line(self):
        random = self.random
        if random.below(2):
            text = self.allowed(random.one_of(LINES))
            return text.encode() + b"\n"
        words = self.allowed(random.one_of(REQUESTS))
        if random.below(3) == 0:
            words = self.ascii(self.mutated(words.encode()))
        return framed(words, random.below(65536))

    def allowed(self, text):
        name = text.split(" ")[0]
        if name in SLOW and self.random.below(10):
            return "logout"
        if not self.keys and name in CHANGING:
            return "revert"
        return text

    def ascii(self, data):
        """Words for a frame with a right CRC: what lies behind the CRC is tested too."""
        return "".join([chr(byte) for byte in data if 32 <= byte < 127 and byte != 62])[:480]

    def mutated(self, data):
        random = self.random
        at, to = random.below(len(data) + 1), random.below(len(data) + 1)
        low, high = min(at, to), max(at, to)
        kind = random.below(KINDS)
        if kind == 0 and data:
            return self._flipped(data)
        if kind == 1:
            return data[:low] + data[high:]
        if kind == 2:
            return data[:at] + random.one_of(CHUNKS) + data[at:]
        if kind == 3:
            return data[:high] + data[low:]
        if kind == 4:
            return data[:at]
        if kind == 5:
            return data[:at] + self.line() + data[at:]
        if kind == 6:
            return data[:at] + bytes([random.below(256) for _ in range(1 + random.below(12))])
        if kind == 7 and data:
            return data[:low] + self._number() + data[low:]
        return data[low:high]

    def _flipped(self, data):
        out = bytearray(data)
        for _ in range(1 + self.random.below(3)):
            out[self.random.below(len(out))] ^= 1 << self.random.below(8)
        return bytes(out)

    def _number(self):
        numbers = (b"0", b"-1", b"65536", b"99999999999999999999", b"1e9", b"0x10", b"1_0", b"+7")
        return self.random.one_of(numbers)
