"""What happened on the grid, judged independently of the firmware.

Everything here reads true values of the simulation, never a box's own counters, and is written
from the standards and definitions each module names. The streaming classes take one array per
grid step and cost a few microseconds, so that days at one second need no stored series.
Voltages are phase-to-neutral magnitudes in V unless a name says phasor.
"""

from .comfort import ComfortMeter, EvService, HeldBackMeter, ev_service
from .en50160 import En50160, WeekVerdict
from .energy import EnergyMeter, PeakMeter
from .events import Event, EventCounter, count_events
from .fairness import jain, max_min_ratio
from .means import Means
from .unbalance import UnbalanceMeter, sequence_voltages, u0_share, u2_share

__all__ = [
    "ComfortMeter", "En50160", "EnergyMeter", "EvService", "Event", "EventCounter",
    "HeldBackMeter", "Means", "PeakMeter",
    "UnbalanceMeter", "WeekVerdict", "count_events", "ev_service", "jain", "max_min_ratio",
    "sequence_voltages", "u0_share", "u2_share",
]
