"""What a person can look at; open to everybody."""

from .. import telemetry
from ..masters import SERIAL
from ..tool.words import integer

_LOG_LINES = 20
_MOST = 1 << 29
_PHASES = ("L1", "L2", "L3")


class Reading:
    ROWS = (
        ("status", "status", "voltages, limits, transfer, alarms, access"),
        ("explain", "explain", "why each limit is in force, and until when"),
        ("events", "events", "voltage quality: events, minutes outside, 10-minute means"),
        ("budget", "budget", "per load: what blocking sees, and what it may still spend"),
        ("log", "log [FIRST]", "event log: the last entries, or those from number FIRST"),
        ("bus", "bus", "counters of each Modbus device"),
        ("version", "version", "firmware, board, identity, access"),
        ("identify", "identify", "the same with schema hash, boots and stored copies"),
    )

    def __init__(self, service, session):
        self._service = service
        self._app = service.app
        self._session = session

    def do_status(self, arguments):
        found = telemetry.now(self._app)
        lines = [
            "uptime_s %d" % found["uptime_s"],
            "voltage_mv %d %d %d %s age_ms %d"
            % (tuple(found["u_ln_mv"]) + (found["voltage"], found["age_ms"])),
            "limit_w %d %d %d %d" % tuple(found["limit_w"]),
            "transfer_w %d %d %d" % tuple(found["transfer_w"]),
            "reactive_var %d %d %d" % tuple(found["reactive_var"]),
            "alarms %s" % (" ".join(found["alarms"]) or "none"),
            "faults %s" % (" ".join(found["faults"]) or "none"),
            "access %s" % self._service.keys.told(),
        ]
        return lines + self._passing()

    def _passing(self):
        """What will end by itself."""
        lines = []
        if self._app.safe_mode:
            lines.append("mode SAFE: outputs in their safe state; %s" % self._why_safe())
        trial = self._service.editor.trial
        if trial.before:
            lines.append("trial %d s left: %s" % (trial.left_s(), " ".join(trial.before)))
        output = self._service.output_test.running()
        if output:
            lines.append("test %s is held" % output)
        return lines

    def _why_safe(self):
        return "; ".join(self._app.trouble) or "too many boots that did not become healthy"

    def do_explain(self, arguments):
        lines = []
        for found in telemetry.explain(self._app):
            lines.append("%s%s: %s" % (_what(found), found["reason"], found["text"]))
            if found["until_s"]:
                lines[-1] += ", full power in %d s at the earliest" % found["until_s"]
            if found.get("v_mv"):
                lines.append(_numbers(found))
        return lines

    def do_events(self, arguments):
        found = telemetry.quality(self._app)
        lines = [
            "%s: under-voltage events %d minutes %d, over-voltage events %d minutes %d"
            % (
                _PHASES[i],
                found["low_events"][i],
                found["low_min"][i],
                found["high_events"][i],
                found["high_min"][i],
            )
            for i in range(3)
        ]
        if found["ten_valid"]:
            lines.append("ten_mv %d %d %d" % tuple(found["ten_mv"]))
        lines.append("unbalance_bp %d u0_bp %d" % (found["unbalance_bp"], found["u0_bp"]))
        lines.append(
            "u2 events %d minutes %d, u0 events %d minutes %d"
            % (found["u2_events"], found["u2_min"], found["u0_events"], found["u0_min"])
        )
        return lines

    def do_budget(self, arguments):
        lines = []
        for load in telemetry.loads(self._app):
            lines.append(
                "load %d %s: %d W, lowest %d mV (corrected %d), quantile %d mV after %d min"
                % (
                    load["load"],
                    load["kind"],
                    load["limit_w"],
                    load["lowest_mv"],
                    load["corrected_mv"],
                    load["quantile_mv"],
                    load["learned_min"],
                )
            )
            lines.append("load %d allowance: %s" % (load["load"], _allowance(load)))
        return lines or ["no load is configured"]

    def do_log(self, arguments):
        """Without a number the newest ones."""
        newest = max(0, self._app.log.next - _LOG_LINES)
        page = self._service.log_page(integer(arguments, 0, 0, _MOST, newest), _LOG_LINES)
        lines = [_entry(entry) for entry in page.entries]
        if page.damaged:
            lines.append("%d damaged entries were left out" % page.damaged)
        if page.next is not None:
            lines.append("more: log %d" % page.next)
        return lines or ["nothing logged from there on"]

    def do_bus(self, arguments):
        form = "device %s: ok %d timeout %d crc %d exception %d other %d age_ms %d last %s"
        keys = ("ok", "timeout", "crc", "exception", "other", "age_ms", "last")
        return [
            form % tuple([_place(found)] + [found[key] for key in keys])
            for found in telemetry.bus(self._app)
        ]

    def do_version(self, arguments):
        return [self._service.told(), "access: " + self._service.keys.told()]

    def do_identify(self, arguments):
        app = self._app
        return self.do_version(arguments) + [
            "schema %s" % self._service.schema_hash.text(),
            "boots %d" % app.boots.count,
            app.settings.told(),
        ] + ["rejected " + text for text in app.settings.rejected]


def _what(reason):
    if reason["what"] == "transfer":
        return "transfer: "
    if reason["what"] == "load":
        return "load %d: %d W, " % (reason["load"], reason["w"])
    return "%s: %d W, " % (reason["what"], reason["w"])


def _numbers(reason):
    """What the law has judged, and what it may still spend."""
    form = "  v %d mV, without own load %d mV (k %d mV/kW), own quantile %d mV, u %d/1000"
    keys = ("v_mv", "vc_mv", "k_mv_kw", "q_mv", "u_pm")
    text = form % tuple([reason[key] for key in keys])
    if reason.get("left_min", -1) >= 0:
        text += ", %d min of the allowance left" % reason["left_min"]
    return text


def _place(device):
    """Where a device is: its address, on TCP behind its host."""
    if device["host"] == SERIAL:
        return str(device["address"])
    return "%s/%d" % (device["host"], device["address"])


def _allowance(load):
    if not load["budget_day_min"]:
        return "unlimited"
    spent = ", spent" if load["budget_spent"] else ""
    return "%d of %d min/day left%s" % (load["budget_left_min"], load["budget_day_min"], spent)


def _entry(entry):
    numbers = " ".join([str(number) for number in entry.numbers])
    when = "boot %d +%d s" % (entry.boot, entry.uptime_s)
    if entry.wall_s is not None:
        when += " (%d s since 1970 UTC)" % entry.wall_s
    return "%d %s: %s %s by %s" % (entry.sequence, when, entry.kind, numbers, entry.origin)
