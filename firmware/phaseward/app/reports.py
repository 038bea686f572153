"""Reports unasked, on the console, what the box decided: a line `!kind key=value …` per change.

    !boot    count, safe (1 = safe mode), identity
    !limit   t (uptime, s), load (1..4), w (limit), blocked, reason, until (uptime, s; 0 = none),
             v (mV, worst phase of the minute judged), q (mV, what the corrected voltage was
             compared with: own quantile, moved by what was borne)
    !feed    t, w (limit of feed-in), reason, until (uptime, s; 0 = none)
    !stage   t, run, reason
    !alarm   t, alarms (bit mask)
    !note    text
Text has `_` for spaces. Nothing is written, and nothing allocated, while nothing changes.
"""

from ..core.decision import MAX_LOADS
from ..core.reasons import REASONS


class Reports:
    def __init__(self, terminal):
        self._terminal = terminal
        # What was last reported per load: limit, reason, blocked; and of the stage and the alarms.
        self._limit_w = [-1] * MAX_LOADS
        self._reason = [-1] * MAX_LOADS
        self._feed_w = 0  # as an undecided decision has it: nothing is told without an inverter
        self._feed_reason = 0
        self._run = -1
        self._transfer_reason = -1
        self._alarms = 0

    def boot(self, count, safe_mode, identity):
        self._write("!boot count=%d safe=%d identity=%d" % (count, safe_mode, identity))

    def note(self, text):
        self._write("!note text=%s" % text.replace(" ", "_"))

    def decision(self, uptime_s, kinds, box):
        """Reports what has changed. `kinds`: per load, 0 = no load is configured there."""
        decision = box.decision
        for i in range(MAX_LOADS):
            if kinds[i] and self._changed(i, decision):
                self._limit(i, uptime_s, decision, box.laws[i])
        if self._feed_changed(decision):
            self._feed(uptime_s, decision)
        if decision.stage_run != self._run or decision.transfer_reason != self._transfer_reason:
            self._stage(uptime_s, decision)
        if decision.alarms != self._alarms:
            self._alarms = decision.alarms
            self._write("!alarm t=%d alarms=%d" % (uptime_s, decision.alarms))

    def _changed(self, i, decision):
        return (
            decision.limit_w[i] != self._limit_w[i] or decision.load_reason[i] != self._reason[i]
        )

    def _limit(self, i, uptime_s, decision, law):
        self._limit_w[i] = decision.limit_w[i]
        self._reason[i] = decision.load_reason[i]
        self._write(
            "!limit t=%d load=%d w=%d blocked=%d reason=%s until=%d v=%d q=%d"
            % (
                uptime_s,
                i + 1,
                decision.limit_w[i],
                decision.blocked[i],
                REASONS[decision.load_reason[i]][0],
                decision.load_until_s[i],
                law.v_mv,
                law.bar_mv(),
            )
        )

    def _feed_changed(self, decision):
        return (
            decision.feed_in_limit_w != self._feed_w
            or decision.feed_in_reason != self._feed_reason
        )

    def _feed(self, uptime_s, decision):
        self._feed_w = decision.feed_in_limit_w
        self._feed_reason = decision.feed_in_reason
        reason = REASONS[self._feed_reason][0]
        self._write(
            "!feed t=%d w=%d reason=%s until=%d"
            % (uptime_s, self._feed_w, reason, decision.feed_in_until_s)
        )

    def _stage(self, uptime_s, decision):
        self._run = decision.stage_run
        self._transfer_reason = decision.transfer_reason
        reason = REASONS[decision.transfer_reason][0]
        self._write("!stage t=%d run=%d reason=%s" % (uptime_s, decision.stage_run, reason))

    def _write(self, line):
        self._terminal.write(line + "\n")
