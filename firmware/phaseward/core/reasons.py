"""Why a limit or a transfer is in force, and which alarms stand: codes with their sentences.

Codes and bits are part of the record format: they are only ever added, never renumbered.
"""

# Limits of flexible loads
FREE = 0
UNUSED = 1
STRESS = 2
RECOVERY = 3
CRITICAL = 4
CRITICAL_RELEASE = 5
HOLD = 6
SAFE = 7
RECONNECT = 8
CONTACT = 9
REMOTE = 10
PROTECTION = 11
RAMP = 12
DUTY = 13
BUDGET = 14
COMFORT = 15
SPREAD = 16

# Limits of feed-in
FEED_STRESS = 17
FEED_CRITICAL = 18
FEED_RELEASE = 19
FEED_CURVE = 20

# Transfers between the phases
T_OFF = 32
T_IDLE = 33
T_BAND = 34
T_MEAN_OUT = 35
T_LIMITED = 36
T_STALE = 37
T_VOLTAGE = 38
T_RESTART = 39
T_SETTLING = 40

REASONS = {
    FREE: ("free", "no limit in force"),
    UNUSED: ("unused", "no flexible load is configured here"),
    STRESS: ("stress", "the voltage is among the lowest of this connection's own history"),
    RECOVERY: ("recovery", "the voltage is good again, the limit rises step by step"),
    CRITICAL: ("critical", "the voltage is below the absolute critical value"),
    CRITICAL_RELEASE: ("critical-release", "waiting this box's own delay after critical voltage"),
    HOLD: ("hold", "no usable voltage: the last limit is held for a bounded time"),
    SAFE: ("safe", "no usable voltage: the configured safe limit, never above the held one"),
    RECONNECT: ("reconnect", "after power-up: safe limit during this box's own random delay"),
    CONTACT: ("contact", "the control contact of the grid operator is closed"),
    REMOTE: ("remote", "a limit received from remote is in force"),
    PROTECTION: ("protection", "a protection of the installation limits the load"),
    RAMP: ("ramp", "the cause has gone, the limit rises at the permitted rate"),
    DUTY: ("duty", "the shortest time on or off must pass first"),
    BUDGET: ("budget", "the blocking allowance is used up, the load is released"),
    COMFORT: ("comfort", "the user's departure or temperature would be missed otherwise"),
    SPREAD: ("spread", "charging is spread over the good hours until the departure"),
    FEED_STRESS: ("feed-stress", "the voltage is among the highest of this connection's history"),
    FEED_CRITICAL: ("feed-critical", "the voltage is above the absolute critical value"),
    FEED_RELEASE: ("feed-release", "waiting this box's own delay after critical high voltage"),
    FEED_CURVE: ("feed-curve", "the curve P(U) limits feed-in at this voltage"),
    T_OFF: ("off", "the balancer is switched off by its parameter"),
    T_IDLE: ("idle", "every phase is inside the band, nothing to transfer"),
    T_BAND: ("band", "a phase is outside the band: power is moved just as far as needed"),
    T_MEAN_OUT: ("mean-out", "the mean of the phases is outside the band: phases are equalised"),
    T_LIMITED: ("limited", "the rating of a leg or of the neutral limits the transfer"),
    T_STALE: ("stale", "no usable voltage: the transfer goes to zero"),
    T_VOLTAGE: ("voltage-stop", "a phase is outside the operating range: transfer goes to zero"),
    T_RESTART: ("restart-wait", "waiting after a stop until the voltage has been sound for long"),
    T_SETTLING: ("settling", "the last transfer fades out"),
}

A_NO_DATA = 1 << 0
A_UNDER_VOLTAGE = 1 << 1
A_OVER_VOLTAGE = 1 << 2
A_UNBALANCE = 1 << 3
A_NEUTRAL = 1 << 4
A_WIRING = 1 << 5
A_BUDGET = 1 << 6
A_STAGE_STOP = 1 << 7
A_STAGE_DISOBEYS = 1 << 8
A_HUNTING = 1 << 9
A_MEAN_OUT = 1 << 10

ALARMS = {
    A_NO_DATA: ("no-data", "no usable voltage for longer than the hold time"),
    A_UNDER_VOLTAGE: ("under-voltage", "a 10-minute mean is below the alarm threshold"),
    A_OVER_VOLTAGE: ("over-voltage", "a 10-minute mean is above the alarm threshold"),
    A_UNBALANCE: ("unbalance", "the voltage unbalance u2 (10 minutes) is above its threshold"),
    A_NEUTRAL: ("neutral", "zero-sequence voltage dominates: the neutral may be weak or lost"),
    A_WIRING: ("wiring", "phase-to-neutral and phase-to-phase voltages contradict each other"),
    A_BUDGET: ("budget", "a load's blocking allowance is used up"),
    A_STAGE_STOP: ("stage-stop", "the balancer has stopped for lack of data or for voltage"),
    A_STAGE_DISOBEYS: ("stage-disobeys", "the power stage does not deliver what it is told"),
    A_HUNTING: ("hunting", "phases swing against each other: the gain has been lowered"),
    A_MEAN_OUT: ("mean-out", "all phases together are low or high: transfer cannot cure that"),
}
