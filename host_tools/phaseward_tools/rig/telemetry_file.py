"""telemetry.csv of a run: what each box said of itself, as often as it was asked.

Times in seconds of the scenario; voltages in V, powers in W.
"""

import csv
from pathlib import Path

NAME = "telemetry.csv"
_PHASES = (1, 2, 3)
_LOADS = (1, 2, 3, 4)
COLUMNS = ["t_s", "box", "uptime_s", "voltage", *(f"u_l{n}_v" for n in _PHASES),
           *(f"limit_l{n}_w" for n in _LOADS), *(f"blocked_l{n}" for n in _LOADS),
           *(f"transfer_l{n}_w" for n in _PHASES), "stage_run", "outputs", "alarms", "faults"]


def write(path: Path, boxes) -> None:
    """boxes: the run's HilBox objects."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for box in boxes:
            for t_s, status, levels in box.port.rows if box.port else ():
                writer.writerow(_row(t_s, box.spec.name, status, levels))


def _row(t_s, name, status, levels) -> list:
    pins = " ".join(f"{pin}={level}" for pin, level in sorted(levels.items()))
    return [f"{t_s:.3f}", name, status["uptime_s"], status["voltage"],
            *(f"{mv / 1000:.1f}" for mv in status["u_ln_mv"]), *status["limit_w"],
            *status["blocked"], *status["transfer_w"], status["stage_run"], pins,
            " ".join(status["alarms"]), " ".join(status["faults"])]
