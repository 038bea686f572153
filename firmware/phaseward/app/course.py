"""The course of a box in 10-minute means, for reports: kept like the event log, in a budget of its
own, the oldest removed first.

Numbers of an entry of kind `ten`, over the 10 minutes that ended at its time:
    u1 u2 u3     mean phase-to-neutral voltages, mV; -1 where less than 8 minutes were valid
    unbalance    mean, 0.01 %; -1 unknown
    t1 t2 t3     mean power that each leg of the stage was told to inject, W
    b1 b2 b3 b4  seconds for which each load was held back
`observe` is called once a control cycle and allocates only where an interval has ended.
Sums stay below 2**30: 3000 cycles of 200 ms at 50 kW are 150 million.
"""

from ..core.decision import MAX_LOADS
from ..store.allowance import Allowance
from ..store.log import EventLog

KIND = "ten"
BUDGET_BYTES = 122_880  # 144 entries a day of about 75 bytes: eleven days
_EARLY_S, _EARLY_MOST = 3600, 4
_PHASES = 3
_UNKNOWN = -1
_CYCLES_MOST = 20_000


class Course:
    """The means in `folder`. `boot`: this boot's number."""

    def __init__(self, folder, boot):
        self.log = EventLog(
            folder + "/means", boot, Allowance(_EARLY_S, _EARLY_MOST), None, BUDGET_BYTES
        )
        self._count = -1
        self._cycles = 0
        self._transfer_sum_w = [0] * _PHASES
        self._blocked_s = [0] * MAX_LOADS

    def observe(self, uptime_s, quality, transfer_w, blocked_s):
        """blocked_s: per load, seconds held back in all its life."""
        if self._cycles < _CYCLES_MOST:
            self._cycles += 1
            for phase in range(_PHASES):
                self._transfer_sum_w[phase] += transfer_w[phase]
        if quality.ten_count == self._count:
            return
        if self._count >= 0:
            self._note(uptime_s, quality, blocked_s)
        self._begin(quality.ten_count, blocked_s)

    def _note(self, uptime_s, quality, blocked_s):
        if quality.ten_valid:
            numbers = list(quality.ten_mv) + [quality.ten_unbalance_bp]
        else:
            numbers = [_UNKNOWN] * (_PHASES + 1)
        numbers += [total // self._cycles for total in self._transfer_sum_w]
        numbers += [blocked_s[i] - self._blocked_s[i] for i in range(MAX_LOADS)]
        self.log.note(uptime_s, KIND, numbers, "")

    def _begin(self, count, blocked_s):
        self._count = count
        self._cycles = 0
        for phase in range(_PHASES):
            self._transfer_sum_w[phase] = 0
        for i in range(MAX_LOADS):
            self._blocked_s[i] = blocked_s[i]
