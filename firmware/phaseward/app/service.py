"""Everything that people and tools reach through the serial port, behind one object.

Made by `reception.py` when the first line comes. Two sessions share one gate, one editor of
parameters and one job on the bus. `tick()` is called about once a second and ends what has lasted
too long; in the steady state it allocates nothing.
"""

from .. import VERSION
from ..store.slots import SlotFile
from .access.gate import Gate
from .access.keys import Keys
from .access.levels import TECHNICIAN
from .access.session import Session
from .batch import Batch
from .editor import Editor
from .output_test import OutputTest
from .schema import SchemaHash
from .telling import Telling

_WRITTEN_AT_ONCE = ("save", "keys", "factory_reset")


class Service:
    def __init__(self, app):
        self.app = app
        self.clock = clock = app.clock
        self.keys = Keys(SlotFile(app.platform.storage_path, "keys"))
        self.keys.load()
        self.gate = Gate(self.keys, app.platform.identity, app.boots.count, clock, self.note)
        self.editor = Editor(app.settings, clock, app.take_settings, self.note)
        self.output_test = OutputTest(app)
        self.schema_hash = SchemaHash()
        self.person = Session("console", self.gate, clock)
        self._tool_session = Session("tool", self.gate, clock)
        self.batch = self.new_batch()
        self.telling = Telling(self)
        self._made_commands = None
        self._made_tool = None
        self._changing = None

    def make_all(self):
        """Everything that is else made when it is first used."""
        return self.commands, self._tool

    @property
    def commands(self):
        """A person's commands, made when the first line is typed."""
        if self._made_commands is None:
            from .commands import Commands

            self._made_commands = Commands(self, self.person)
        return self._made_commands

    def get(self, name):
        """The command of that name, or None."""
        return self.commands.table.get(name)

    @property
    def _tool(self):
        """What answers a tool's frames, made with the first of them."""
        if self._made_tool is None:
            from .tool.changing import Changing
            from .tool.protocol import Tool
            from .tool.reading import Reading
            from .tool.updating import UpdateRequests

            session = self._tool_session
            self._changing = Changing(self, session)
            requests = Reading(self, session).table()
            requests.update(self._changing.table())
            requests.update(UpdateRequests(self, session).table())
            self._made_tool = Tool(requests, session, self.clock)
        return self._made_tool

    def new_batch(self):
        return Batch(self.editor, self.app.clock)

    def told(self):
        """What this box is, for people and for the head of a dump."""
        platform = self.app.platform
        return "phaseward %s on %s, identity %d" % (VERSION, platform.name, platform.identity)

    def frame(self, text):
        """The reply to a tool's frame."""
        return self._tool.answer(text)

    def batch_line(self, line):
        """A person's line where it belongs to a batch, answered; else None."""
        self.person.used()
        return self.commands.batch_line(line) if self.batch.open else None

    def tick(self):
        self.gate.tick()
        self.person.tick()
        self._tool_session.tick()
        if self._made_tool is not None:
            self._made_tool.tick()
            self._changing.tick()
        self.editor.tick()
        self.batch.tick()
        self.output_test.tick()

    def note(self, kind, numbers, origin):
        """An entry in the event log; on flash at once where something was stored anyway."""
        self.app.record(kind, numbers, origin)
        if kind in _WRITTEN_AT_ONCE:
            self.app.records.flush_now()

    def log_page(self, first, most):
        """A page of the event log."""
        return self.app.log.page(first, most)

    def test_output(self, load, seconds, session):
        """Begins a test of a load's output; returns its name."""
        session.require(TECHNICIAN, "relay")
        name = self.output_test.start(load, seconds)
        self.note("output_test", (load, seconds), session.origin())
        return name

    def probe(self, session):
        """Begins a probing run of the balancer."""
        session.require(TECHNICIAN, "probe")
        if not self.app.settings.values["mb_stage_addr"]:
            raise ValueError("mb_stage_addr = 0: there is no power stage to probe with")
        self.app.box.probe()
        self.note("probe", (), session.origin())

    def restart(self, session):
        session.require(TECHNICIAN, "restart")
        self.note("restart_asked", (), session.origin())
        self.app.request_restart("asked for on the " + session.name)

    def factory_reset(self):
        """Parameters and keys go; history, counters and the log stay, and say that it was done."""
        self.editor.factory()
        self.keys.erase()
        self.note("factory_reset", (), "button")
        self.app.request_restart("factory reset")
