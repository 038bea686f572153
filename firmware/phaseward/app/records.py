"""What the box keeps of its work: history, lifetime counters, event log, 10-minute means.

`observe` is called once a control cycle and allocates only where something has changed; `keep`
once a cycle while the bus is idle, because a write to flash stops interrupts and would cost bytes.
Written are: the history once per `sy_save_min`, when a load is held back or released, and every
15 minutes while one is; log and course once an hour or when the log fills up; early writes as
often as their allowance permits (docs/STORAGE.md).
Failure behaviour: where storage refuses, the box goes on; the note says so, and it is tried again.

Kinds of log entries and their numbers:
    boot     count, 1 in safe mode                        origin: cause, below
    block    load, limit W, lowest phase mV, then Vc mV, q mV, u permille, allowance left min
             (-1 = unlimited), k mV/kW, s until full power at the earliest    origin: reason
    free     load, limit W, lowest phase mV, seconds      origin: reason
    feed     limit of feed-in W, highest phase mV, Vc mV, q mV, u permille, k mV/kW, s until full
             power at the earliest (0 = no limit)         origin: reason
    alarm    bit mask                                     origin: decision
    event    phase, mean mV of the minute it began with   origin: low or high
    stage    1 running, 0 not                             origin: reason
    restart  -                                            origin: reason
Cause of a boot: `planned` where the boot before ended by a restart of its own, else what the
platform knows of the reset (`power`, `watchdog`, `brownout`, `crash` and others, see its module),
or `unplanned`; `first` where nothing was logged before and the platform knows of no fault.
"""

from ..core.decision import MAX_LOADS
from ..core.means import U_LN_MOST_MV
from ..core.reasons import REASONS
from ..store.allowance import Allowance
from ..store.history import History
from ..store.log import EventLog
from ..store.slots import SlotFile
from ..store.tally import Tally
from .course import Course
from .error_text import text_of

LOG_EARLY_S, LOG_EARLY_MOST = 3600, 4
HISTORY_EARLY_S, HISTORY_EARLY_MOST = 900, 4
_BLOCKED_SAVE_S = 900
_RETRY_S = 600


class Records:
    """`note_text(text)`: says what people should know. `log`, `course`, `tally`: to be read."""

    def __init__(self, folder, box, boot, note_text):
        self.log = EventLog(folder + "/log", boot, Allowance(LOG_EARLY_S, LOG_EARLY_MOST))
        self.course = Course(folder, boot)
        self.tally = Tally(MAX_LOADS)
        self.slots = SlotFile(folder, "history")
        self._history = History(self.slots)
        self._early = Allowance(HISTORY_EARLY_S, HISTORY_EARLY_MOST)
        self._box = box
        self._note_text = note_text
        self._snapshot = [0] * box.snapshot_size()
        self._blocked = [0] * MAX_LOADS
        self._since_s = [0] * MAX_LOADS
        self._alarms = 0
        self._feed_limited = 0
        self._run = 0
        self._events = [0] * 6  # low of each phase, high of each phase
        self._saved_s = 0
        self._changed = False

    def remember(self):
        """Takes up what is stored. False where a history is there that cannot be used."""
        values = self._history.load()
        self.tally.restore(self._history.counters)
        usable = values is None or self._box.restore(values)
        self._saved_s = self._box.uptime_s
        quality = self._box.quality
        self._events = list(quality.low.count) + list(quality.high.count)
        return usable

    def observe(self, kinds, decision, sample):
        """Looks at the decision of a control cycle."""
        if self.tally.count(self._box.uptime_s, decision.blocked):
            for i in range(MAX_LOADS):
                if kinds[i] and decision.blocked[i] != self._blocked[i]:
                    self._load_changed(i, decision, min(sample.u_ln_mv))
        if decision.alarms != self._alarms:
            self._alarms = decision.alarms
            self.note("alarm", (decision.alarms,), "decision")
        if decision.stage_run != self._run:
            self._run = decision.stage_run
            self.note("stage", (self._run,), REASONS[decision.transfer_reason][0])
        limited = 1 if 0 < decision.feed_in_until_s else 0
        if limited != self._feed_limited:
            self._feed_limited = limited
            self._feed_changed(decision)
        self._observe_quality(decision)

    def _feed_changed(self, decision):
        law = self._box.feed_in
        q_mv = U_LN_MOST_MV - law.quantile.q_mv()
        numbers = (decision.feed_in_limit_w, law.v_mv, law.vc_mv, q_mv, law.u_pm, law.k_mv_kw)
        numbers += (_left_s(decision.feed_in_until_s, self._box.uptime_s),)
        self.note("feed", numbers, REASONS[decision.feed_in_reason][0])

    def _observe_quality(self, decision):
        box = self._box
        quality = box.quality
        for phase in range(3):
            self._event(phase, quality.low.count[phase], "low", phase)
            self._event(phase, quality.high.count[phase], "high", phase + 3)
        self.course.observe(box.uptime_s, quality, decision.transfer_w, self.tally.blocked_s)

    def _event(self, phase, count, origin, place):
        if count != self._events[place]:
            self._events[place] = count
            self.note("event", (phase + 1, self._box.means.u_mv[phase]), origin)

    def boot(self, count, safe_mode, reset_cause=""):
        """Notes this boot and its cause. `reset_cause`: what the platform knows."""
        last = self.log.last()
        cause = reset_cause or "unplanned"
        if last is None:
            cause = "first" if reset_cause in ("", "power") else reset_cause
        elif last.kind == "restart" and last.boot == count - 1:
            cause = "planned"
        self.note("boot", (count, int(safe_mode)), cause)

    def note(self, kind, numbers, origin):
        """An entry in the event log."""
        self.log.note(self._box.uptime_s, kind, numbers, origin)

    def keep(self, save_min):
        """Writes what is due. Called while the bus is idle. `save_min`: period of the history."""
        now_s = self._box.uptime_s
        if now_s - self._saved_s >= 60 * save_min or self._urgent(now_s):
            self._saved_s = now_s
            self._changed = False
            self._tried(self.save, now_s + _RETRY_S - 60 * save_min)
        if self.log.due(now_s) or self.course.log.due(now_s):
            self._tried(self.flush, self._saved_s)

    def _urgent(self, now_s):
        """A load was held back or released, or has been held back for a while since the last save:
        else a power cut would prolong a lock by what was not counted."""
        held = now_s - self._saved_s >= _BLOCKED_SAVE_S and 1 in self._blocked
        return (self._changed or held) and self._early.take(now_s)

    def save(self):
        """Writes the history. OSError where storage refuses."""
        count = self._box.snapshot(self._snapshot)
        self._history.save(self._snapshot, count, self.tally.values())

    def flush(self):
        """Writes log and course. OSError where storage refuses."""
        self.log.flush(self._box.uptime_s)
        self.course.log.flush(self._box.uptime_s)

    def flush_now(self):
        """The same at once. Where storage refuses, a note says so and it is tried again later."""
        self._tried(self.flush, self._saved_s)

    def close(self, reason):
        """Before a planned restart: everything is written."""
        self.note("restart", (), reason)
        self._tried(self.save, self._saved_s)
        self.flush_now()

    def _tried(self, write, retry_saved_s):
        try:
            write()
        except OSError as error:
            self._saved_s = retry_saved_s
            self._note_text("storage refuses: %s" % text_of(error))

    def _load_changed(self, i, decision, lowest_mv):
        self._blocked[i] = decision.blocked[i]
        self._changed = True
        now_s = self._box.uptime_s
        numbers = (i + 1, decision.limit_w[i], lowest_mv)
        if decision.blocked[i]:
            self._since_s[i] = now_s
            law = self._box.laws[i]
            numbers += (law.vc_mv, law.bar_mv(), law.u_pm, law.budget.left_min())
            numbers += (law.k_mv_kw, _left_s(decision.load_until_s[i], now_s))
        else:
            numbers += (now_s - self._since_s[i],)
        kind = "block" if decision.blocked[i] else "free"
        self.note(kind, numbers, REASONS[decision.load_reason[i]][0])


def _left_s(until_s, now_s):
    """Seconds from now to that uptime; 0 where there is no limit."""
    return max(0, until_s - now_s)
