"""Rows of the parameter table for the balancer and the phase selector; see `parameters.py`."""

try:
    from micropython import const
except ImportError:

    def const(value):
        """CPython has no need of it. In a frozen image the rows below, made of constants alone,
        stay in flash."""
        return value


_BALANCER = const("experiments with the law, docs/BALANCER.md")
_OWN = const("own choice")

BALANCER_ROWS = (
    ("pb_enable", "bool", "", 0, 1, 1, 0, 1, 0, "transfer power between the phases", _OWN),
    ("pb_s_va", "int", "VA", 300, 90000, 100, 15000, 1, 0,
     "rating of the power stage, all three phase legs together", _OWN),
    ("pb_neutral_pct", "int", "%", 50, 300, 1, 100, 1, 0,
     "current rating of the neutral leg over that of a phase leg", _OWN),
    ("pb_k_mv_kw", "int", "mV/kW", 100, 5000, 10, 1000, 1, 0,
     "voltage rise of one phase per kW injected into it while the others give that kW", _OWN),
    ("pb_angle_deg", "int", "deg", -60, 60, 1, 0, 1, 0,
     "coupling angle between transfer and voltage; 0 unless identified: a wrong sign costs "
     "stability",
     _BALANCER),
    ("pb_kq_mv_kvar", "int", "mV/kvar", 0, 2000, 10, 150, 1, 0,
     "voltage rise per kvar injected into every phase; 0 = the stage gives no reactive power",
     _OWN),
    ("pb_hi_mv", "int", "mV", 100000, 400000, 100, 246100, 1, 0,
     "upper edge of the band the phases must stay in", "RD 1955/2000: Un + 7 %"),
    ("pb_lo_mv", "int", "mV", 50000, 300000, 100, 213900, 1, 0,
     "lower edge of the band the phases must stay in", "RD 1955/2000: Un - 7 %"),
    ("pb_margin_mv", "int", "mV", 0, 30000, 100, 8000, 1, 0,
     "the law keeps the phases this far inside the band; 8 V in the last third of the feeder, "
     "12 V nearer to the transformer, 16 V equalises", _BALANCER),
    ("pb_alpha_pm", "int", "permille", 5, 1000, 1, 125, 1, 0,
     "share of the way to its target the transfer goes in one control period; for N units and a "
     "delay of d periods not above 1000/(1+(2N-1)(1+d))", _BALANCER),
    ("pb_period_s", "int", "s", 1, 60, 1, 5, 1, 0,
     "control period: how often the transfer is decided anew", _BALANCER),
    ("pb_ramp_w_s", "int", "W/s", 10, 10000, 10, 500, 1, 0,
     "fastest change of the transfer on a phase", "own choice: 15 kVA in 30 s"),
    ("pb_stop_s", "int", "s", 1, 20, 1, 10, 1, 0,
     "time in which a transfer goes to zero when it must stop", _OWN),
    ("pb_stale_s", "int", "s", 0, 60, 1, 5, 1, 0,
     "how long the transfer stays as it is without usable voltage before it goes to zero", _OWN),
    ("pb_restart_s", "int", "s", 0, 3600, 1, 60, 1, 0,
     "after power-up or a stop, how long the voltage must be sound before a transfer",
     "EN 50549-1: 60 s [M]"),
    ("pb_idle_s", "int", "s", 0, 3600, 1, 300, 1, 0,
     "after so long without transfer the stage goes to standby; 0 = never", _OWN),
    ("pb_hunt_mv", "int", "mV", 100, 20000, 100, 2000, 2, 0,
     "hunting: swing of a phase about the mean, to each side, that counts", _BALANCER),
    ("pb_hunt_count", "int", "", 2, 100, 1, 8, 2, 0,
     "hunting: so many swings in 10 min halve the gain", _BALANCER),
    ("pb_units", "int", "", 1, 10, 1, 1, 1, 0,
     "units on this feeder; bounds the share per period to 1/(1+(2N-1)(1+pb_delay))", _BALANCER),
    ("pb_delay", "int", "", 0, 4, 1, 1, 1, 0,
     "control periods from an order until the meter shows its full effect", _BALANCER),
    ("pb_leak_pm", "int", "permille", 0, 500, 10, 100, 2, 0,
     "with several units: so much of its share a unit leaves undone, so that units whose meters "
     "disagree do not work against each other", _BALANCER),
    ("pb_track", "bool", "", 0, 1, 1, 1, 2, 0,
     "follow the sensitivity that the own steps show, within half and twice the commissioned one",
     _BALANCER),
    ("pb_wiring", "enum", "", 0, 1, 1, 0, 1, 0,
     "legs, sensitivity and angle: given by pb_legs, pb_k_mv_kw, pb_angle_deg, or probed by the "
     "unit itself before its first transfer", _OWN),
    ("pb_legs", "enum", "", 0, 5, 1, 0, 1, 0,
     "the meter's phases that the stage's legs 1, 2, 3 are on", _OWN),
    ("pb_probe_w", "int", "W", 100, 5000, 100, 1000, 1, 0,
     "probing: power moved from one leg to another; twice that with a meter of 1 V", _BALANCER),
    ("pb_probe_s", "int", "s", 3, 60, 1, 5, 1, 0,
     "probing: length of each time on and off; the first two fifths are left to settle",
     _BALANCER),
    ("pb_probe_most", "int", "", 3, 60, 1, 40, 1, 0,
     "probing: undecided after so many probes", _BALANCER),
    ("pb_probe_z", "int", "", 4, 12, 1, 6, 2, 0,
     "probing: standard deviations by which the best answer must lead", _BALANCER),
    ("pb_neutral_act", "enum", "", 0, 2, 1, 0, 1, 0,
     "lost neutral: stop (to zero, alarm), support (the stage makes the phases equal in place of "
     "the neutral), or alarm only", _OWN),
    ("pb_neutral_u0_mv", "int", "mV", 1000, 100000, 100, 8000, 1, 0,
     "lost neutral, by phase-to-phase voltages: zero sequence above this", _BALANCER),
    ("pb_neutral_ratio", "int", "", 2, 100, 1, 20, 1, 0,
     "lost neutral: and above so many times the negative sequence", _BALANCER),
    ("pb_neutral_s", "int", "s", 2, 600, 1, 10, 1, 0,
     "lost neutral, by phase-to-phase voltages: for so long", _BALANCER),
    ("pb_neutral_hi_mv", "int", "mV", 100000, 400000, 100, 253000, 1, 0,
     "lost neutral, by three voltages: two phases above this for 60 s",
     "Kamstrup 162M/382M (2012)"),
    ("pb_neutral_lo_mv", "int", "mV", 50000, 300000, 100, 190000, 1, 0,
     "lost neutral, by three voltages: and the third below this", "Kamstrup 162M/382M (2012)"),
    ("pb_neutral_min", "int", "min", 1, 1440, 1, 10, 1, 0,
     "the neutral counts as sound again after so long without a sign of its loss", _OWN),
    ("pb_hot_c", "int", "degC", 30, 150, 1, 75, 1, 0,
     "above this temperature the stage's rating is lowered, to nothing 15 K higher", _OWN),
)

SELECTOR_ROWS = (
    ("ps_load", "int", "", 0, 4, 1, 0, 1, 1,
     "load that a phase selector connects to one of the phases; 0 = none", _OWN),
    ("io_ps_relay", "int", "", 1, 2, 1, 1, 1, 1,
     "first of the three relays, one after the other, that drive the contactors of L1, L2, L3",
     _OWN),
    ("ps_gain_mv", "int", "mV", 100, 20000, 100, 1500, 1, 0,
     "another phase must be better by so much", _OWN),
    ("ps_better_min", "int", "min", 1, 120, 1, 5, 1, 0,
     "and for so many minutes in a row", _OWN),
    ("ps_dwell_min", "int", "min", 1, 1440, 1, 30, 1, 0,
     "shortest time on a phase", _OWN),
    ("ps_day", "int", "1/day", 0, 100, 1, 8, 1, 0, "most moves of the load in a day", _OWN),
    ("ps_life", "int", "", 1000, 10000000, 1000, 100000, 2, 0,
     "closings in the contactors' life; no moves beyond", "own choice; see the contactor's sheet"),
    ("ps_break_ms", "int", "ms", 200, 60000, 100, 2000, 1, 0,
     "all contactors open for so long between two phases", _OWN),
    ("ps_settle_ms", "int", "ms", 100, 5000, 100, 500, 1, 0,
     "time in which a contact must follow", _OWN),
    ("ps_wait_s", "int", "s", 1, 300, 1, 15, 1, 0,
     "how long the load's current is waited out; one that still flows then keeps its phase", _OWN),
    ("ps_zero_ma", "int", "mA", 50, 5000, 50, 500, 1, 0,
     "a current below this counts as none", _OWN),
)
