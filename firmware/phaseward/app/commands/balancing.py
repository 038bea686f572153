"""Commissioning of the balancer, and the phase selector."""

from ...store.parameters import row
from .. import telemetry
from ..values import choices

_MOVES = "%d moves left today, %d closings in all"


class Balancing:
    ROWS = (
        ("wiring", "wiring", "which leg of the stage is on which phase; measured sensitivity"),
        ("probe", "probe", "find that out by small transfers; takes some minutes"),
        ("selector", "selector", "phase selector: the load's phase, contactors, their life"),
    )

    def __init__(self, service, session):
        self._service = service
        self._app = service.app
        self._session = session

    def do_wiring(self, arguments):
        found = telemetry.wiring(self._app)
        names = choices(row("pb_legs"))
        lines = [
            "in force: legs %s, k %d mV/kW, measured %d mV/kW"
            % (names[found["legs"]], found["k_mv_kw"], found["measured_k_mv_kw"]),
            "gain %d permille" % found["alpha_pm"],
        ]
        if found["running"]:
            lines.append("probing: %d probes so far" % found["probes"])
        elif found["result"] == "found":
            lines.append(
                "probed: legs %s, k %d mV/kW, angle %d deg"
                % (names[found["found_legs"]], found["found_k_mv_kw"], found["found_angle_deg"])
            )
        else:
            lines.append("probed: %s" % found["result"])
        if not found["sure"]:
            lines.append("not certain: no transfer until pb_legs agrees, or a probe does")
        return lines

    def do_probe(self, arguments):
        self._service.probe(self._session)
        return ["probing begins once the transfer is zero; wiring shows what comes of it"]

    def do_selector(self, arguments):
        found = telemetry.selector(self._app)
        if not found["load"]:
            return ["no load has a phase selector: ps_load is 0"]
        return [
            "load %d on L%d: %s" % (found["load"], found["phase"], found["reason"]),
            "contactors %d %d %d feedback %d %d %d"
            % (tuple(found["contactor"]) + tuple(found["feedback"])),
            _MOVES % (found["moves_left"], found["closings"]),
        ]
