"""The names under which runs store what reports look for. Others may be stored beside them.

Every table is optional, a report leaves out what a run does not have. Powers of loads are
consumption (positive = taken from the grid), powers of a stage are injections into the phase.
"""

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

# Measurements in the order a reader wants them, and which way each is better ("" = neither:
# blocked time is the price, not the gain). Runs may give others, they follow.
BETTER = {
    "events_under": "lower", "events_over": "lower", "event_min": "lower",
    "event_volt_min": "lower", "u_min_v": "higher", "u_max_v": "lower",
    "u2_max_pct": "lower", "u0_max_pct": "lower", "blocked_min": "", "blocked_demand_min": "",
    "blocked_jain": "higher", "energy_missed_kwh": "lower", "ev_charged_kwh": "higher",
    "ev_open_kwh": "lower", "coldest_degc": "higher", "pv_lost_kwh": "lower",
    "losses_kwh": "lower", "transformer_max_pct": "lower",
}
# A verdict against the run without control: `event_min_cut`, in per cent.
CUT_SUFFIX = "_cut"


def table_spec(name: str, items: tuple[str, ...], every: int = 1,
               reduce: str = "last") -> TableSpec:
    """The spec of a table named above, for these items."""
    kind, quantity, unit, parts, text = TABLES[name]
    return TableSpec(kind, quantity, unit, tuple(items), parts, every, reduce, text=text)
