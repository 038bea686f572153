"""The one table of parameters: the device checks, the host shows and the documents list its rows.

A row is (id, type, unit, min, max, step, default, level, restart, meaning, source).
    type     "int", "bool" (0 or 1), "enum" (0 .. number of names - 1, names in CHOICES) or "text"
             (min and max are lengths; letters a-z, digits, _, in ids on _host full stops)
    level    who may change it: 0 everybody, 1 technician, 2 manufacturer
    restart  1 where the value is only taken up at a restart
    source   where the default comes from; [M] = from memory, not verified at the source
Rows of the four flexible loads stand here once, with `{n}` for the load's number 1..4.
Failure behaviour: an unknown id or a bad value raises ParameterError, which names what is allowed.
"""

from .balancer_rows import BALANCER_ROWS, SELECTOR_ROWS
from .constant import const

LOADS = 4
ID, TYPE, UNIT, MIN, MAX, STEP, DEFAULT, LEVEL, RESTART, MEANING, SOURCE = range(11)

_LAW = const("the study of the law, docs/BLOCKING.md")
_BALANCER = const("experiments with the law, docs/BALANCER.md")
_OWN = const("own choice")

# Names of the values of enum parameters; a load's row is found under its id with `{n}`.
CHOICES = {
    "l{n}_kind": ("none", "dim", "pause", "lock"),
    "io_l{n}_act": ("none", "relay", "sg-ready", "modbus-wallbox"),
    "mb_parity": ("none", "even", "odd"),
    "pb_legs": ("l1_l2_l3", "l2_l3_l1", "l3_l1_l2", "l1_l3_l2", "l2_l1_l3", "l3_l2_l1"),
    "pb_wiring": ("given", "probed"),
    "pb_neutral_act": ("stop", "support", "alarm"),
}

SYSTEM_ROWS = (
    ("sy_un_mv", "int", "mV", 100000, 300000, 1, 230000, 2, 0,
     "nominal phase-to-neutral voltage", "EN 50160 [M]"),
    ("sy_save_min", "int", "min", 10, 1440, 1, 60, 1, 0,
     "how often the history is written to flash; a power cut loses no more than this", _OWN),
    ("sy_good_s", "int", "s", 10, 3600, 1, 120, 2, 0,
     "a boot counts as good after so long of healthy running", _OWN),
    ("sy_hold_s", "int", "s", 0, 600, 1, 60, 1, 0,
     "how long the last limits are held without usable voltage, then the safe limits", _OWN),
)

BLOCKING_ROWS = (
    ("bl_enable", "bool", "", 0, 1, 1, 0, 1, 0,
     "judge the voltage against its own history; off: only the critical voltage acts. Switch on "
     "where the feeder is known to be congested: local voltage alone cannot tell", _LAW),
    ("bl_share_pm", "int", "permille", 10, 300, 1, 83, 1, 0,
     "share of minutes that counts as congested, the same at every connection (83 = 2 h a day)",
     _LAW),
    ("bl_even_pm", "int", "permille", 0, 900, 10, 400, 1, 0,
     "share of the minutes in which a car demands power that shall be blocked, the same at every "
     "charger that tells its energy; 0 = not steered", _LAW),
    ("bl_eta_mv", "int", "mV/min", 10, 1000, 1, 50, 2, 0,
     "learning step of the voltage quantile", _LAW),
    ("bl_cut_min", "int", "min", 1, 10, 1, 2, 2, 0,
     "while congested, the power above the floor is halved every so many minutes", _LAW),
    ("bl_rise_pm", "int", "permille/min", 1, 1000, 1, 100, 2, 0,
     "while not congested, the power above the floor rises by this", _LAW),
    ("bl_crit_mv", "int", "mV", 0, 300000, 100, 211000, 1, 0,
     "critical voltage, 1-minute mean: below it loads go to their floor at once, also when the "
     "law is off or learning; 0 = none",
     "the study of the law, docs/BLOCKING.md; 4 V above EN 50160's 0.9 Un [M]"),
    ("bl_low_mv", "int", "mV", 0, 300000, 100, 214000, 1, 0,
     "low voltage, 1-minute mean: while the law is on, loads that have not borne more than their "
     "share (bl_even_pm) go to their floor at once; 0 = none", _LAW),
    ("bl_free_mv", "int", "mV", 0, 300000, 100, 0, 1, 0,
     "above this voltage nothing is blocked; 0 = no such gate. A gate costs fairness", _LAW),
    ("bl_k_mv_kw", "int", "mV/kW", 0, 5000, 10, 0, 1, 0,
     "voltage drop of one phase per kW of the connection's own power on it; 0 = not corrected",
     _OWN),
    ("bl_k_learn", "bool", "", 0, 1, 1, 0, 1, 0,
     "where bl_k_mv_kw is 0 and the meter shows power: learn it from steps of the own power",
     _OWN),
    ("bl_joint", "bool", "", 0, 1, 1, 0, 1, 0,
     "loads of kind dim share one floor (two of 4.2 kW: 7.56 kW) instead of each having its own",
     "BNetzA BK6-22-300, Anlage 1, 4.5.2, by secondary sources"),
    ("bl_learn_min", "int", "min", 0, 20160, 1, 4320, 1, 0,
     "minutes with valid voltage to learn from before the law acts", "own choice: 3 days"),
    ("bl_start_mv", "int", "mV", 0, 300000, 100, 0, 1, 0,
     "first value of the voltage quantile; 0 = taken from the first minute", _OWN),
    ("bl_jitter_s", "int", "s", 0, 1800, 1, 600, 1, 0,
     "longest own delay of a release after a lock, a critical voltage or a spent budget",
     "UK charge points delay up to 10 min: pod-point"),
    ("bl_ramp_pm", "int", "permille/min", 10, 1000, 10, 100, 1, 0,
     "fastest rise of a load's limit, of its full power; locks are not ramped",
     "EN 50549-1: 10 %/min [M]"),
    ("bl_spread", "bool", "", 0, 1, 1, 0, 1, 0,
     "spread a car's contracted energy over the hours that history shows to be good; needs a "
     "clock, l<n>_need_wh and l<n>_ready_min", _LAW),
    ("bl_reconnect_s", "int", "s", 0, 1800, 1, 600, 1, 0,
     "longest random delay after power-up during which the safe limit holds",
     "UK charge points delay up to 10 min: pod-point"),
)

LOAD_ROWS = (
    ("l{n}_kind", "enum", "", 0, 3, 1, 0, 1, 0,
     "how load {n} is blocked: none; dim: down to its floor; pause: down to 0 W; lock: on or off, "
     "at most three times 2 h a day, each followed by at least as long a release", _OWN),
    ("l{n}_phases", "int", "bits", 1, 7, 1, 7, 1, 0,
     "phases load {n} is connected to: 1 = L1, 2 = L2, 4 = L3, added up", _OWN),
    ("l{n}_max_w", "int", "W", 0, 50000, 10, 11000, 1, 0,
     "full power of load {n}", "usual wallbox"),
    ("l{n}_floor_w", "int", "W", 0, 50000, 10, 4200, 1, 0,
     "power load {n} always keeps when dimmed; 1380 per phase = 6 A", "EnWG section 14a: 4.2 kW"),
    ("l{n}_min_w", "int", "W", 0, 50000, 10, 4140, 1, 0,
     "kind pause: power below which load {n} cannot run and is paused; 1380 per phase = 6 A",
     "IEC 61851-1: 6 A [M]"),
    ("l{n}_safe_w", "int", "W", 0, 50000, 10, 4200, 1, 0,
     "limit of load {n} after power-up and without usable voltage", _OWN),
    ("l{n}_contact_w", "int", "W", 0, 50000, 10, 4200, 1, 0,
     "limit of load {n} while the grid operator's contact is closed", "EnWG section 14a: 4.2 kW"),
    ("l{n}_budget_min", "int", "min/day", 0, 1440, 1, 0, 1, 0,
     "blocking allowance of load {n} in full minutes a day; 0 = unlimited", _OWN),
    ("l{n}_block_min", "int", "min", 1, 60, 1, 10, 1, 0,
     "kinds pause and lock: shortest time off of load {n}", "compressor protection, own choice"),
    ("l{n}_free_min", "int", "min", 1, 60, 1, 10, 1, 0,
     "kinds pause and lock: shortest time on of load {n}", "compressor protection, own choice"),
    ("l{n}_need_wh", "int", "Wh", 0, 200000, 100, 0, 1, 0,
     "energy a car at load {n} must have got by its departure; 0 = no contract. 150 km at "
     "0.18 kWh/km: 27000", _OWN),
    ("l{n}_ready_min", "int", "min", -1, 1439, 1, -1, 1, 0,
     "departure from load {n} as minute of the day, 360 = 06:00; -1 = not known. Needs a clock",
     _OWN),
    ("l{n}_within_min", "int", "min", 0, 2160, 1, 0, 1, 0,
     "without clock or departure: minutes after plugging in by which load {n}'s car must have its "
     "energy; 0 = none", _OWN),
    ("l{n}_room_mk", "int", "mK", 0, 10000, 50, 1000, 1, 0,
     "blocking of load {n} is lifted where its room is known to be further below its set-point; "
     "0 = never", "published aim: within 1 degree [M]"),
)

FEED_IN_ROWS = (
    ("fi_enable", "bool", "", 0, 1, 1, 0, 1, 0,
     "judge the voltage against the upper end of its own history; off: only critical voltage and "
     "curve act", _OWN),
    ("fi_max_w", "int", "W", 0, 100000, 10, 0, 1, 0,
     "full power of the inverter whose feed-in is limited; 0 = none", _OWN),
    ("fi_floor_w", "int", "W", 0, 100000, 10, 0, 1, 0,
     "feed-in the law always leaves; the curve does not keep it", _OWN),
    ("fi_safe_w", "int", "W", 0, 100000, 10, 0, 1, 0,
     "limit of feed-in after power-up and without usable voltage", _OWN),
    ("fi_phases", "int", "bits", 1, 7, 1, 7, 1, 0,
     "phases the inverter is connected to: 1 = L1, 2 = L2, 4 = L3, added up", _OWN),
    ("fi_share_pm", "int", "permille", 10, 300, 1, 83, 1, 0,
     "share of minutes that counts as too high, the same at every connection", _OWN),
    ("fi_crit_mv", "int", "mV", 0, 400000, 100, 253000, 1, 0,
     "critical high voltage, 1-minute mean: above it feed-in goes to its floor at once, also when "
     "the law is off or learning; 0 = none", "EN 50160: 1.1 Un [M]"),
    ("fi_curve", "bool", "", 0, 1, 1, 0, 1, 0,
     "limit feed-in by a curve P(U) too", "TOR Erzeuger as shipped in an Austrian profile: on"),
    ("fi_curve_lo_mv", "int", "mV", 200000, 300000, 100, 253000, 1, 0,
     "curve P(U): full power up to this voltage", "TOR Erzeuger, as above"),
    ("fi_curve_hi_mv", "int", "mV", 200000, 300000, 100, 257600, 1, 0,
     "curve P(U): nothing from this voltage on", "TOR Erzeuger, as above"),
    ("fi_ramp_pm", "int", "permille/min", 10, 1000, 10, 100, 1, 0,
     "fastest rise of the feed-in limit, of full power", "EN 50549-1: 10 %/min [M]"),
    ("fi_addr", "int", "", 0, 255, 1, 0, 1, 1,
     "Modbus address of the inverter (SunSpec models 121 and 123); 0 = none", _OWN),
    ("fi_host", "text", "", 6, 15, 1, "serial", 1, 1,
     "where the inverter is: serial, or the IPv4 number of its Modbus TCP server", _OWN),
    ("fi_revert_s", "int", "s", 5, 3600, 1, 60, 1, 1,
     "silence of the box after which the inverter forgets the limit", _OWN),
)

QUALITY_ROWS = (
    ("pq_hi_mv", "int", "mV", 0, 400000, 100, 246100, 1, 0,
     "over-voltage event: 1-minute mean above this", "RD 1955/2000: Un + 7 %"),
    ("pq_lo_mv", "int", "mV", 0, 300000, 100, 213900, 1, 0,
     "under-voltage event: 1-minute mean below this", "RD 1955/2000: Un - 7 %"),
    ("pq_event_min", "int", "min", 1, 255, 1, 1, 1, 0,
     "minutes in a row outside that make an event", _OWN),
    ("pq_rearm_min", "int", "min", 1, 255, 1, 1, 1, 0,
     "minutes in a row inside before the next event can begin", _OWN),
    ("pq_alarm_hi_mv", "int", "mV", 0, 400000, 100, 253000, 1, 0,
     "over-voltage alarm: indicative 10-minute mean above this", "EN 50160: Un + 10 % [M]"),
    ("pq_alarm_lo_mv", "int", "mV", 0, 300000, 100, 207000, 1, 0,
     "under-voltage alarm: indicative 10-minute mean below this", "EN 50160: Un - 10 % [M]"),
    ("pq_hyst_mv", "int", "mV", 0, 20000, 100, 2300, 1, 0,
     "a voltage alarm ends this far inside its threshold", "own choice: 1 % of Un"),
    ("pq_u2_bp", "int", "0.01 %", 0, 10000, 1, 200, 1, 0,
     "unbalance alarm: u2 as 10-minute mean above this; ends 10 % lower", "EN 50160: 2 % [M]"),
    ("pq_u0_mv", "int", "mV", 0, 100000, 100, 8000, 1, 0,
     "neutral alarm: zero-sequence voltage above this and six times the negative-sequence voltage "
     "together, 1-minute means", _BALANCER),
    ("pq_u0_bp", "int", "0.01 %", 0, 10000, 1, 400, 1, 0,
     "zero-sequence events (1-minute) and alarm (10-minute mean): u0 above this; ends 10 % lower",
     _OWN),
    ("pq_wiring_mv", "int", "mV", 500, 50000, 100, 3000, 1, 0,
     "wiring alarm: contradiction between phase-to-neutral and phase-to-phase voltages", _OWN),
)

BUS_ROWS = (
    ("mb_baud", "int", "Bd", 1200, 115200, 1200, 9600, 1, 1,
     "speed of the Modbus line", "Eastron SDM630 default"),
    ("mb_parity", "enum", "", 0, 2, 1, 0, 1, 1,
     "parity of the Modbus line; one stop bit", "Eastron SDM630 default"),
    ("mb_meter", "text", "", 1, 40, 1, "eastron_sdm630", 1, 1,
     "id of the meter's profile", _OWN),
    ("mb_meter_addr", "int", "", 1, 247, 1, 1, 1, 1, "Modbus address of the meter", _OWN),
    ("mb_stage", "text", "", 1, 40, 1, "phaseward_stage", 1, 1,
     "id of the power stage's profile", _OWN),
    ("mb_stage_addr", "int", "", 0, 247, 1, 0, 1, 1,
     "Modbus address of the balancer's power stage; 0 = none", _OWN),
    ("mb_poll_ms", "int", "ms", 200, 60000, 10, 1000, 1, 1, "interval of meter readings", _OWN),
    ("mb_timeout_ms", "int", "ms", 50, 5000, 10, 300, 1, 1,
     "how long an answer may take to begin", "common in SDM libraries"),
    ("mb_retries", "int", "", 0, 3, 1, 0, 1, 1,
     "further attempts at a request that got no answer; 0, as the next poll is one", _OWN),
    ("mb_frozen_polls", "int", "", 0, 3600, 1, 60, 1, 1,
     "so many polls in a row with the very same answer, and the meter counts as frozen; 0 = never",
     _OWN),
    ("mb_meter_host", "text", "", 6, 15, 1, "serial", 1, 1,
     "where the meter is: serial, or the IPv4 number of its Modbus TCP server", _OWN),
    ("mb_tcp_port", "int", "", 1, 65535, 1, 502, 1, 1,
     "port of all Modbus TCP servers", "Modbus messaging on TCP/IP V1.0b"),
)

ACTUATOR_ROWS = (
    ("io_l{n}_act", "enum", "", 0, 3, 1, 0, 1, 1, "actuator that serves load {n}", _OWN),
    ("io_l{n}_box", "text", "", 1, 40, 1, "heidelberg_energy_control", 1, 1,
     "id of the profile of load {n}'s wallbox", _OWN),
    ("io_l{n}_addr", "int", "", 0, 255, 1, 0, 1, 1,
     "Modbus address of load {n}'s wallbox; 0 = none; above 247 on TCP only", _OWN),
    ("io_l{n}_host", "text", "", 6, 15, 1, "serial", 1, 1,
     "where load {n}'s wallbox is: serial, or the IPv4 number of its Modbus TCP server", _OWN),
    ("io_l{n}_invert", "bool", "", 0, 1, 1, 0, 1, 1,
     "relay of load {n}: 1 = energised means released", _OWN),
    ("io_c{n}_invert", "bool", "", 0, 1, 1, 0, 1, 1,
     "contact input of load {n}: 1 = open means limited (safe against a broken wire)", _OWN),
)

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_"
_HOST_ENDING = "_host"  # ids with this ending hold an address: full stops too
_SINGLE = (SYSTEM_ROWS, BLOCKING_ROWS, FEED_IN_ROWS, BALANCER_ROWS, SELECTOR_ROWS, QUALITY_ROWS,
           BUS_ROWS)
_PER_LOAD = (LOAD_ROWS, ACTUATOR_ROWS)


class ParameterError(ValueError):
    """A parameter's id or value is not acceptable; the message names what would be."""


def _template(row_id: str, n: int) -> str:
    return row_id.replace("{n}", str(n))


def _of_load(row, n: int) -> tuple:
    """The row of load `n` (1..4) from the row for all loads."""
    return (_template(row[ID], n),) + row[TYPE:MEANING] + (
        _template(row[MEANING], n), row[SOURCE])


def rows():
    """All rows in the table's order, those of the loads for each load."""
    for group in _SINGLE:
        yield from group
    for n in range(1, LOADS + 1):
        for group in _PER_LOAD:
            for row in group:
                yield _of_load(row, n)


def row(parameter_id: str) -> tuple:
    """The row of one parameter. ParameterError where there is none."""
    for candidate in rows():
        if candidate[ID] == parameter_id:
            return candidate
    raise ParameterError(f"{parameter_id}: no such parameter; `rows()` lists all ids")


def choices(parameter_id: str) -> tuple:
    """Names of an enum parameter's values 0, 1, ...; empty for other types."""
    for template in CHOICES:
        if parameter_id == template:
            return CHOICES[template]
        for n in range(1, LOADS + 1):
            if parameter_id == _template(template, n):
                return CHOICES[template]
    return ()


def defaults() -> dict:
    """A complete mapping id -> default value, as `Box.configure` takes it."""
    return {r[ID]: r[DEFAULT] for r in rows()}


def check(parameter_id: str, value) -> None:
    """Raise ParameterError unless `value` is what the row allows: range and step, or letters."""
    r = row(parameter_id)
    if r[TYPE] == "text":
        _check_text(r, value)
        return
    low, high, step = r[MIN], r[MAX], r[STEP]
    whole = isinstance(value, int) and not (isinstance(value, bool) and r[TYPE] != "bool")
    if whole and low <= value <= high and (value - low) % step == 0:
        return
    allowed = f"{low}..{high} {r[UNIT]}".rstrip()
    if step != 1:
        allowed += f" in steps of {step}"
    raise ParameterError(
        f"{parameter_id} = {value!r}: expected a whole number {allowed} ({r[MEANING]})")


def _check_text(r, value) -> None:
    host = r[ID].endswith(_HOST_ENDING)
    if isinstance(value, str) and r[MIN] <= len(value) <= r[MAX]:
        if all(c in _LETTERS or (host and c == ".") for c in value):
            return
    marks = "_ or ." if host else "or _"
    raise ParameterError(f"{r[ID]} = {value!r}: expected {r[MIN]}..{r[MAX]} letters a-z, digits "
                         f"{marks} ({r[MEANING]})")
