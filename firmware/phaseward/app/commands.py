"""The console's commands. Each takes its arguments as text and returns the lines to print.

Errors are ValueErrors whose text says what was expected; the console prints them. Every `set`
answers with the value in force.
"""

from .. import VERSION
from ..bus import status
from ..core.reasons import ALARMS, REASONS
from ..core.sample import U_LN
from ..store.parameters import DEFAULT, MAX, MEANING, MIN, TYPE, UNIT, choices, row, rows

_STATES = ("ok", "stale", "invalid")


class Commands:
    """All commands, by name, over the application `app` they look into and change."""

    def __init__(self, app):
        self._app = app
        self.table = {
            "help": self.help,
            "status": self.status,
            "explain": self.explain,
            "get": self.get,
            "set": self.set,
            "diff": self.diff,
            "save": self.save,
            "defaults": self.defaults,
            "bus": self.bus,
            "version": self.version,
            "restart": self.restart,
        }

    def help(self, arguments):
        """help: this list"""
        return [
            "help                 this list",
            "status               voltages, limits, transfer, alarms",
            "explain              why each limit is in force, and until when",
            "get [PART]           parameters whose id contains PART",
            "set ID=VALUE         change a parameter until the next restart",
            "diff                 parameters that differ from their defaults; * = not saved",
            "save                 keep the parameters over a restart",
            "defaults             all parameters to their defaults, not saved",
            "bus                  counters of each Modbus device",
            "version              firmware and identity",
            "restart              restart the box",
        ]

    def status(self, arguments):
        app = self._app
        sample, decision = app.sample, app.box.decision
        return [
            "uptime_s %d" % app.box.uptime_s,
            "voltage_mv %d %d %d %s age_ms %d"
            % (
                sample.u_ln_mv[0],
                sample.u_ln_mv[1],
                sample.u_ln_mv[2],
                _STATES[sample.state[U_LN]],
                sample.age_ms[U_LN],
            ),
            "limit_w %d %d %d %d" % tuple(decision.limit_w),
            "transfer_w %d %d %d" % tuple(decision.transfer_w),
            "reactive_var %d %d %d" % tuple(decision.q_var),
            "alarms %s" % (" ".join(self._alarms(decision.alarms)) or "none"),
        ]

    def explain(self, arguments):
        app = self._app
        decision = app.box.decision
        lines = []
        for i, kind in enumerate(app.kinds):
            if kind:
                name, sentence = REASONS[decision.load_reason[i]]
                lines.append(
                    "load %d: %d W, %s: %s%s"
                    % (i + 1, decision.limit_w[i], name, sentence, self._until(i))
                )
        name, sentence = REASONS[decision.transfer_reason]
        lines.append("transfer: %s: %s" % (name, sentence))
        return lines

    def get(self, arguments):
        part = arguments[0] if arguments else ""
        lines = [self._shown(r) for r in rows() if part in r[0]]
        if not lines:
            raise ValueError("no parameter's id contains %s; try get" % part)
        return lines

    def set(self, arguments):
        name, sign, text = " ".join(arguments).partition("=")
        if not sign:
            raise ValueError("expected set ID=VALUE")
        name = name.strip()
        self._app.settings.set(name, self._value(name, text.strip()))
        self._app.take_settings()
        return ["%s=%s" % (name, self._app.settings.values[name])]

    def diff(self, arguments):
        settings = self._app.settings
        unsaved = settings.unsaved()
        changed = settings.changed()
        for name in unsaved:
            if name not in changed:
                changed.append(name)
        return [
            "%s=%s%s" % (name, settings.values[name], " *" if name in unsaved else "")
            for name in changed
        ]

    def save(self, arguments):
        self._app.settings.save()
        return []

    def defaults(self, arguments):
        self._app.settings.set_defaults()
        self._app.take_settings()
        return []

    def bus(self, arguments):
        lines = []
        for address, device in sorted(self._app.master.devices.items()):
            c = device.counters
            lines.append(
                "device %d: ok %d timeout %d crc %d exception %d other %d age_ms %d last %s"
                % (
                    address,
                    c.ok,
                    c.timeout,
                    c.crc,
                    c.exception,
                    c.other,
                    c.age_ms,
                    status.text(c.last_status),
                )
            )
        return lines

    def version(self, arguments):
        platform = self._app.platform
        return ["phaseward %s on %s, identity %d" % (VERSION, platform.name, platform.identity)]

    def restart(self, arguments):
        self._app.request_restart("asked for on the console")
        return []

    def _until(self, load):
        until_s = self._app.box.decision.load_until_s[load]
        if not until_s:
            return ""
        return ", full power in %d s at the earliest" % max(0, until_s - self._app.box.uptime_s)

    def _alarms(self, mask):
        return [name for bit, (name, _) in sorted(ALARMS.items()) if mask & bit]

    def _shown(self, r):
        name = r[0]
        names = choices(name)
        allowed = "|".join(names) if names else "%s..%s %s" % (r[MIN], r[MAX], r[UNIT])
        value = self._app.settings.values[name]
        shown = names[value] if names else value
        return "%s=%s (%s; default %s) %s" % (name, shown, allowed.strip(), r[DEFAULT], r[MEANING])

    def _value(self, name, text):
        """The value a person typed; an enum's value may be typed by its name."""
        if row(name)[TYPE] == "text":
            return text
        names = choices(name)
        if text in names:
            return names.index(text)
        try:
            return int(text)
        except ValueError:
            expected = " or ".join(names) if names else "a whole number"
            raise ValueError("%s: expected %s, not %s" % (name, expected, text))
