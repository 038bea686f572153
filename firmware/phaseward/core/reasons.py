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
T_PROBING = 41
T_WIRING = 42
T_NEUTRAL = 43
T_FORMER = 44
T_STAGE = 45
T_HOT = 46

# The phase selector
S_OFF = 48
S_STAYS = 49
S_BETTER = 50
S_WAITS = 51
S_MOVING = 52
S_BUDGET = 53
S_STUCK = 54
S_NO_DATA = 55
S_START = 56

REASONS = {
    FREE: ("free", "no limit in force"),
    UNUSED: ("unused", "no flexible load is configured here"),
    STRESS: ("stress", "the voltage is low: for this connection's own history, or for everybody"),
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
    T_PROBING: ("probing", "small transfers find out which leg is on which phase"),
    T_WIRING: ("wiring-unsure", "which leg is on which phase is not certain: no transfer"),
    T_NEUTRAL: ("neutral-lost", "the neutral is lost: the transfer goes to zero"),
    T_FORMER: ("neutral-former", "the neutral is lost: the stage makes the phases equal"),
    T_STAGE: ("stage-out", "the power stage is silent, faulted or does something else"),
    T_HOT: ("hot", "the power stage is hot: its rating is lowered"),
    S_OFF: ("selector-off", "no load has a phase selector"),
    S_STAYS: ("stays", "no other phase would be enough better for the load"),
    S_BETTER: ("better", "another phase has been better; the dwell time has to pass"),
    S_WAITS: ("current-out", "the load is told to pause; waiting until its current is out"),
    S_MOVING: ("moving", "contactors open, and only then the next one closes"),
    S_BUDGET: ("switch-budget", "the switchings of the day or of the contactors' life are used"),
    S_STUCK: ("contactor-stuck", "a contactor does not follow: the load is off"),
    S_NO_DATA: ("selector-no-data", "no usable voltage: the load is not moved or connected"),
    S_START: ("selector-start", "after power-up: connected once the safe delay is over"),
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
A_NEUTRAL_LOST = 1 << 15
A_LEGS = 1 << 16
A_GAIN = 1 << 17
A_STAGE_SILENT = 1 << 18
A_STAGE_FAULT = 1 << 19
A_STAGE_HOT = 1 << 20
A_SATURATED = 1 << 21
A_SELECTOR = 1 << 22
A_SELECTOR_LIFE = 1 << 23
A_U0 = 1 << 24

ALARMS = {
    A_NO_DATA: ("no-data", "no usable voltage for longer than the hold time"),
    A_UNDER_VOLTAGE: ("under-voltage", "a 10-minute mean is below the alarm threshold"),
    A_OVER_VOLTAGE: ("over-voltage", "a 10-minute mean is above the alarm threshold"),
    A_UNBALANCE: ("unbalance", "the voltage unbalance u2 (10 minutes) is above its threshold"),
    A_NEUTRAL: ("neutral", "zero-sequence voltage dominates: the neutral may be weak or lost"),
    A_WIRING: ("wiring", "phase-to-neutral and phase-to-phase voltages contradict each other"),
    A_BUDGET: ("budget", "a load's blocking allowance is used up"),
    A_STAGE_STOP: ("stage-stop", "the balancer has stopped; the transfer's reason says why"),
    A_STAGE_DISOBEYS: ("stage-disobeys", "the power stage does not deliver what it is told"),
    A_HUNTING: ("hunting", "phases swing against each other: the gain has been lowered"),
    A_MEAN_OUT: ("mean-out", "all phases together are low or high: transfer cannot cure that"),
    A_NEUTRAL_LOST: ("neutral-lost", "the voltages are those of a lost neutral"),
    A_LEGS: ("legs", "which leg of the stage is on which phase is not certain"),
    A_GAIN: ("gain", "the grid's sensitivity is far from the commissioned one"),
    A_STAGE_SILENT: ("stage-silent", "the power stage does not answer"),
    A_STAGE_FAULT: ("stage-fault", "the power stage reports a fault"),
    A_STAGE_HOT: ("stage-hot", "the power stage is hot: its rating is lowered"),
    A_SATURATED: ("saturated", "the rating has bound the transfer for ten minutes"),
    A_SELECTOR: ("selector", "a contactor of the phase selector does not follow"),
    A_SELECTOR_LIFE: ("selector-life", "the phase selector's contactors are at their life's end"),
    A_U0: ("u0", "zero-sequence voltage (10 minutes) is above its threshold"),
}
