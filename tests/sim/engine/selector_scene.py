"""A heater of 5 kW behind a phase selector at the end of a street, L1 weak, L3 strong."""

SELECTOR = """devices:
  loads:
    - {name: houses, bus: far, phases: [1], p_w: 5000}
  pv:
    - {name: roof, bus: far, phases: [3], peak_w: 4000, sun: 0.9}
  selectors:
    - {name: heater, bus: far, p_w: 5000}
boxes:
  - name: box
    selector: heater
    parameters: {bl_reconnect_s: 0, bl_crit_mv: 0, bl_enable: 0, ps_better_min: 3,
                 ps_dwell_min: 5, pb_k_mv_kw: 1000}
"""
WELDED = """events:
  - {at_s: 5, do: contactor, box: box, phase: 1, fault: welded}
"""
