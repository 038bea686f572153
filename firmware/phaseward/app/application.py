"""The application: builds the box from its parameters, runs its tasks, and keeps it alive.

Boot: count it, load parameters and history, build bus and outputs, run. A parameter that names
something missing (a meter profile, say) leaves the box in safe mode: outputs safe, console alive,
the reasons in `!note` lines and in `trouble`.
"""

from ..bus.rtu import CHAR_BITS, Master
from ..core.box import Box
from ..core.decision import MAX_LOADS
from ..core.sample import Sample
from ..platform.ticks import ticks_diff
from ..store.boots import Boots
from ..store.slots import SlotFile
from ..update.selection import RECORD, Selection
from ..update.trial import Trial
from .bus_jobs import BusJobs
from .console import Console
from .control import Control
from .masters import Masters
from .meters import build_meter, profile_folders
from .outputs import build_outputs
from .reception import Reception
from .records import Records
from .reports import Reports
from .scheduler import Scheduler, Wait
from .settings import Settings
from .supervisor import Supervisor

BUS_PORT = 0
_CONSOLE_DEADLINE_MS = 60_000


class Application:
    """Everything that runs on one box. `platform` as in `platform/lockstep.py`; `notes`: what the
    boot selector has to say."""

    def __init__(self, platform, notes=()):
        self.platform = platform
        self.clock = platform.clock
        folder = platform.storage_path
        self.wait = Wait()
        self.scheduler = Scheduler(self.clock, self.wait)
        self.reports = Reports(platform.console)
        self.settings = Settings(SlotFile(folder, "params"))
        self.boots = Boots(SlotFile(folder, "boots"))
        self.safe_mode = self.boots.begin()
        self.trouble = []  # what stands in the way of running
        self.notices = list(notes)  # what a person should know
        self.selection = Selection(SlotFile(folder, RECORD))
        self.update_trial = Trial(self.selection, getattr(platform, "running", None))
        self.settings.load()
        self.box = Box(platform.identity, self.boots.count)
        self.records = Records(folder, self.box, self.boots.count, self.reports.note)
        self.log = self.records.log
        self.sample = Sample()
        self.kinds = [0] * MAX_LOADS
        self.contact_inverted = [0] * MAX_LOADS
        self.take_settings()
        if not self.records.remember():
            self.notices.append("stored history is of another firmware: learning anew")
        values = self.settings.values
        self.line = values["mb_baud"], values["mb_parity"]  # until the next restart
        self.master = self._build_master()
        self.masters = Masters(platform, self.master, self.settings.values)
        self.outputs = build_outputs(
            platform, self.masters, self.settings.values, profile_folders(platform)
        )
        self.trouble += self.outputs.problems
        self.bus_jobs = BusJobs()
        self.control = self._build_control()
        self.remote_pins = self._build_remote_pins()
        self.reception = Reception(self)
        self._restart_reason = None
        self.supervisor = Supervisor(
            self.clock, self.scheduler, platform.watchdog, self.outputs, self._restart
        )
        self._started_ms = self.clock.ticks_ms()
        platform.on_stop = self.request_restart  # where somebody can ask a platform to end
        self._good = False

    @property
    def service(self):
        """What people and tools reach; made when it is first asked for."""
        return self.reception.service

    def run(self):
        """Runs until the platform restarts or ends the process."""
        self._report_boot()
        self._add_tasks()
        while True:
            pause_ms = self.scheduler.run_due()
            check_ms = self.supervisor.check()
            if self._restart_reason is not None:
                self.outputs.safe()
                self._restart(self._restart_reason)
            self._judge_boot()
            self.platform.idle(min(pause_ms, check_ms))

    def take_settings(self):
        """Hands the parameter values in force to the decisions. Called between steps only."""
        self.box.configure(self.settings.values)
        for i in range(MAX_LOADS):
            self.kinds[i] = self.settings.values["l%d_kind" % (i + 1)]
            self.contact_inverted[i] = self.settings.values["io_c%d_invert" % (i + 1)]

    def record(self, kind, numbers, origin):
        """An entry in the event log."""
        self.records.note(kind, numbers, origin)

    def judge_update(self, healthy):
        """After a control cycle, while the bus is idle: an application on trial is committed, or
        given up for this boot."""
        trial = self.update_trial
        if not trial.active:
            return
        trial.cycle(healthy)
        if trial.proven:
            self._commit_update()
        elif trial.overdue:
            self.request_restart("the updated application does not become healthy")

    def _commit_update(self):
        try:
            self.update_trial.commit()
        except OSError as error:
            self.reports.note("update not committed yet: %s" % error)
            return
        self.record("update", (), "committed")
        self.reports.note(self.selection.told())

    def request_restart(self, reason):
        """Restarts after the running round of tasks."""
        self._restart_reason = reason

    def _build_master(self):
        baud, parity = self.line
        bits = CHAR_BITS[parity]
        master = Master(
            self.platform.port(BUS_PORT, baud, bits, parity), self.clock, self.wait
        )
        master.set_line(baud, bits)
        return master

    def _build_control(self):
        """The control cycle; None, and safe mode, where something it needs is missing."""
        try:
            meter = build_meter(self.platform, self.masters, self.settings.values)
        except (ValueError, OSError) as error:
            self.trouble.append(str(error))
        if self.trouble or self.safe_mode:
            self.safe_mode = True
            return None
        return Control(self, meter)

    def _build_remote_pins(self):
        """What carries pins to an I/O module; None where the platform has none in use. Imported
        only there: the other boards need their heap."""
        remote = getattr(self.platform, "remote", None)
        if remote is None or not (remote.outputs or remote.inputs):
            return None
        from .remote_pins import RemotePins

        carrier = RemotePins(remote, self.platform, self.wait, self.reports.note)
        self.outputs.carriers.append(carrier)
        return carrier

    def _report_boot(self):
        self.reports.boot(self.boots.count, self.safe_mode, self.platform.identity)
        cause = getattr(self.platform, "reset_cause", "")
        self.records.boot(self.boots.count, self.safe_mode, cause)
        for text in self.trouble + self.notices + self.settings.rejected + self._storage_damage():
            self.reports.note(text)

    def _storage_damage(self):
        """Which stored copies were damaged, and what is used in their place."""
        slots = (self.settings.slots, self.records.slots, self.boots.slots)
        told = [record.told() for record in slots if record.damaged]
        return told + [self.boots.refused] if self.boots.refused else told

    def _add_tasks(self):
        console = Console(self.platform.console, self.reception, self.reception)
        self._console_task = self.scheduler.add(
            "console", console.run(self.wait, self._console_beat), _CONSOLE_DEADLINE_MS
        )
        if self.control is not None:
            self.control.task = self.scheduler.add(
                "control", self.control.run(self.wait), self.control.deadline_ms
            )
        else:
            self.outputs.safe()
            if self.update_trial.active:
                self.request_restart("the updated application starts in safe mode")
            self._bus_task = self.scheduler.add(
                "bus", self.bus_jobs.run(self.wait, self._bus_beat), _CONSOLE_DEADLINE_MS
            )

        if self.remote_pins is not None:
            pins = self.remote_pins
            self._pins_task = self.scheduler.add(
                pins.name, pins.run(self.wait, self._pins_beat), pins.deadline_ms
            )

    def _pins_beat(self):
        self._pins_task.beat(self.clock.ticks_ms())

    def _console_beat(self):
        self._console_task.beat(self.clock.ticks_ms())

    def _bus_beat(self):
        self._bus_task.beat(self.clock.ticks_ms())

    def _judge_boot(self):
        if self._good or self.safe_mode:
            return
        healthy_ms = ticks_diff(self.clock.ticks_ms(), self._started_ms)
        if healthy_ms >= 1000 * self.settings.values["sy_good_s"]:
            self._good = True
            self.boots.good()

    def _restart(self, reason):
        """Keeps what has been learnt, says why, and restarts."""
        self.records.close(reason)
        self.reports.note("restart: " + reason)
        if self.remote_pins is not None:
            self.remote_pins.last_words(self.platform.idle)
        self.platform.restart(reason)
