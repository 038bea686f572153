"""The fault matrix as data: states, faults, and what is promised for each pair.

test_faults.py proves every pair on the whole application; docs/FAULTS.md shows the table.
"""

from dataclasses import dataclass, field

LAW = {"bl_enable": 1, "bl_learn_min": 0, "bl_start_mv": 229000}
UNEVEN_V = (240.0, 230.0, 225.0)


@dataclass(frozen=True)
class State:
    """How a box gets into a state. `loads`, `balancer`: what is seen of it there."""

    name: str
    loads: str  # reason of the limit of both loads
    balancer: str  # idle, transferring or stopping
    story: tuple  # (seconds, voltages in V) one after the other
    parameters: dict = field(default_factory=dict)
    meter_silent_s: int = 0  # after the story


STATES = (
    State("free, idle", "free", "idle", ((200, (230.0,)),)),
    State("stress, transferring", "stress", "transferring", ((240, UNEVEN_V),), LAW),
    State("critical, stopping", "critical", "stopping",
          ((60, (230.0,)), (130, (240.0, 230.0, 205.0)), (6, (240.0, 230.0, 180.0)))),
    State("recovering, idle", "recovery", "idle",
          ((60, (230.0,)), (130, (205.0,)), (200, (230.0,))),
          {"bl_ramp_pm": 100, "bl_rise_pm": 20}),
    State("reconnect, transferring", "reconnect", "transferring", ((60, UNEVEN_V),),
          {"bl_reconnect_s": 1800}),
    State("safe, idle", "safe", "idle", ((200, (230.0,)),), {}, 90),
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """`how`: the function in test_faults.py that lets it happen; `outcome`: what is promised;
    `site`: parameters of the box that only this fault needs."""

    name: str
    group: str
    how: str
    outcome: str
    options: dict = field(default_factory=dict)
    site: dict = field(default_factory=dict)


# The car behind three contactors, relays 1 to 3; no moves, so that only the fault is seen.
SELECTED = {"ps_load": 1, "io_ps_relay": 1, "io_l2_act": 0, "ps_day": 0}

FAULTS = (
    Fault("meter is silent", "sensor", "meter", "no data", {"kind": "silent"}),
    Fault("meter repeats itself", "sensor", "meter", "no data", {"kind": "frozen"}),
    Fault("meter reads 0 V", "sensor", "volts", "no data", {"volts": (0.0,)}),
    Fault("meter reads nonsense", "sensor", "volts", "no data", {"volts": (9000.0, 230.0, 230.0)}),
    Fault("meter refuses", "sensor", "meter", "no data", {"kind": "exception"}),
    Fault("wrong checksums from the meter", "bus", "meter", "no data", {"kind": "bad_crc"}),
    Fault("another device answers for the meter", "bus", "meter", "no data",
          {"kind": "wrong_address"}),
    Fault("answers cut short, all devices", "bus", "line", "no data", {"kind": "cut"}),
    Fault("noise around every answer", "bus", "line", "goes on", {"kind": "noise"}),
    Fault("answers half a second late", "bus", "line", "no data", {"kind": "late"}),
    Fault("wallbox is silent", "actuator", "wallbox", "own failsafe", {"kind": "silent"}),
    Fault("wallbox refuses", "actuator", "wallbox", "named", {"kind": "exception"}),
    Fault("relay is stuck", "actuator", "relay", "restart"),
    Fault("stage is silent", "actuator", "stage", "stage stops", {"kind": "silent"}),
    Fault("stage has tripped", "actuator", "trip", "stage stops"),
    Fault("stage is frozen", "actuator", "stage", "named", {"kind": "frozen"}),
    Fault("storage is gone", "storage", "storage", "goes on"),
    Fault("ticks wrap", "clock", "wrap", "as if nothing"),
    Fault("power cut of 20 s", "clock", "power", "starts again safe"),
    Fault("control task raises", "task", "task", "restart", {"name": "control raises"}),
    Fault("control task hangs", "task", "task", "restart", {"name": "control hangs"}),
    Fault("console task raises", "task", "task", "restart", {"name": "console raises"}),
    Fault("stage is hot", "actuator", "hot", "derates"),
    Fault("stage delivers what nobody ordered", "actuator", "disobey", "disobeys"),
    Fault("inverter is silent", "actuator", "inverter", "own revert", {"kind": "silent"},
          {"fi_max_w": 10000, "fi_safe_w": 4000, "fi_addr": 50, "fi_revert_s": 20}),
    Fault("a contactor is welded", "actuator", "contactor", "load off",
          {"relay": "relay_l3", "level": 1}, SELECTED),
    Fault("a contactor does not stay closed", "actuator", "contactor", "next phase",
          {"relay": "relay_l1", "level": 0}, SELECTED),
    Fault("the neutral is lost", "sensor", "volts", "neutral stop",
          {"volts": (258.0, 256.0, 188.0)}),
)  # fmt: skip

OUTCOMES = {
    "no data": "no limit rises and no load is released from then on; after the hold time at most "
               "the safe limit; the transfer goes to zero and stays there; the alarm `no-data`; "
               "no restart",
    "goes on": "decisions go on as the voltage asks, no load above its limit; no restart",
    "own failsafe": "the charger falls back to its failsafe current by its own watchdog, never "
                    "above the limit it had or the safe limit; the box names it; no restart",
    "named": "the box names the device; the other outputs go on; no limit above the one before "
             "or what the voltage allows; no restart",
    "restart": "outputs to their safe state, the reason kept, a restart; then at most the safe "
               "limit, until the voltage has been judged anew",
    "stage stops": "the stage is at zero within its own watchdog's time and ramp; the box names "
                   "it; the loads go on; no restart",
    "derates": "the transfer falls to what the temperature leaves of the rating (at 89 degC 6 %); "
               "the alarm `stage-hot`; the loads go on; no restart",
    "own revert": "the inverter forgets its limit within its own revert time and feeds in what "
                  "its own protection permits; the box names it; the loads go on; no restart",
    "disobeys": "within two minutes the orders are zero and the alarm `stage-disobeys` stands, "
                "while the balancer is stopped too; the loads go on; no restart",
    "load off": "all contactors open and the load is told to take nothing, until a restart; the "
                "alarm `selector`; no restart",
    "next phase": "the contactor opens, another one closes (without usable voltage, or while the "
                  "box waits to reconnect, none), never two; the alarm `selector` where one was "
                  "closed; no restart",
    "neutral stop": "after the published 60 s the transfer goes to zero and stays there; the "
                    "alarm `neutral-lost` (nothing is seen where the meter is silent); the loads "
                    "go on as the voltage asks; no restart",
    "as if nothing": "limits and contacts equal those of a box whose ticks do not wrap, second by "
                     "second",
    "starts again safe": "during the cut contacts are dropped and the charger falls back; "
                         "afterwards at most the safe limit until the voltage has been judged "
                         "anew",
}


def pairs():
    """Every fault with every state."""
    return [(fault, state) for fault in FAULTS for state in STATES]


def first_of_each():
    """One state per fault, each state in its turn: a quick look at the whole table."""
    return [(fault, STATES[k % len(STATES)]) for k, fault in enumerate(FAULTS)]
