"""The names under which runs store what reports look for. Others may be stored beside them.

Every table is optional, a report leaves out what a run does not have. Powers of loads are
consumption (positive = taken from the grid), powers of a stage are injections into the phase.
"""

from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.table import PHASES, TableSpec

# Tables: name -> (kind, quantity, unit, parts, meaning). The name is kind_quantity.
TABLES = {
    "bus_u": ("bus", "u", "V", PHASES, "phase-to-neutral voltage at a node"),
    "bus_unbalance": ("bus", "unbalance", "pct", ("u2", "u0"),
                      "negative- and zero-sequence voltage in % of the positive sequence"),
    "stage_p": ("stage", "p", "W", PHASES, "active power a balancer stage injects per phase"),
    "stage_q": ("stage", "q", "var", PHASES, "reactive power a balancer stage injects per phase"),
    "ev_p": ("ev", "p", "W", (), "charging power of an electric vehicle"),
    "heat_pump_p": ("heat_pump", "p", "W", (), "electric power of a heat pump"),
    "pv_p": ("pv", "p", "W", (), "power a PV inverter feeds in, positive"),
    "box_limit": ("box", "limit", "W", (), "limit in force, item `box.load`"),
    "house_temp": ("house", "temp", "degC", (), "indoor temperature"),
}

# Measurements of a whole run that both demo scenarios have: name -> (unit, which way is better,
# title). A report lists them in the order a run gives them, and others as well.
MEASUREMENTS = {
    "events_under": ("1", "lower", "Under-voltage events"),
    "events_over": ("1", "lower", "Over-voltage events"),
    "event_min": ("min", "lower", "Time outside the band, sum of nodes and phases"),
    "u_min_v": ("V", "higher", "Lowest voltage, 1-minute mean"),
    "u_max_v": ("V", "lower", "Highest voltage, 1-minute mean"),
    "u2_max_pct": ("pct", "lower", "Largest negative-sequence unbalance u2"),
    "u0_max_pct": ("pct", "lower", "Largest zero-sequence unbalance u0"),
    "blocked_min": ("min", "", "Blocked time, sum of loads"),
    "blocked_jain": ("1", "higher", "Fairness of blocked time (Jain, 1 = equal)"),
    "energy_missed_kwh": ("kWh", "lower", "Energy not charged at departure"),
}
# Per household or load, with a subject: `blocked_min[h07]`.


def table_spec(name: str, items: tuple[str, ...], every: int = 1,
               reduce: str = "last") -> TableSpec:
    """The spec of a table named above, for these items."""
    kind, quantity, unit, parts, text = TABLES[name]
    return TableSpec(kind, quantity, unit, tuple(items), parts, every, reduce, text=text)


def named_measurement(name: str, value: float, limit: float | None = None,
                      comparison: str | None = None) -> Measurement:
    """A measurement named above, with its unit and title."""
    unit, _, title = MEASUREMENTS[name]
    return Measurement(name, float(value), unit, limit, comparison, title)
