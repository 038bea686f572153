"""Field work: finding meters, looking at registers, testing outputs. Needs a technician's level
where it uses the bus or an output.
"""

from .. import telemetry
from ..access.levels import TECHNICIAN
from ..scan import LAST_ADDRESS, meter_profiles, read_registers, scan
from ..telemetry import STATES
from ..tool.words import integer, scan_range

_MOST_SECONDS = 100_000
_QUANTITIES = (
    ("u_ln_mv", 0),
    ("u_ll_mv", 1),
    ("i_ma", 2),
    ("p_w", 3),
)  # attribute of the sample, group


class Field:
    ROWS = (
        ("meters", "meters", "meters the box knows: ids for mb_meter"),
        ("scan", "scan [all] [FIRST [LAST]]", "which addresses answer, and which meter it is"),
        ("poll", "poll [ADR FUNC REG [COUNT]]", "the last meter reading, or a device's registers"),
        ("relay", "relay [LOAD SECONDS]", "outputs; or hold a load back for a while"),
        ("stop", "stop", "end a scan"),
        ("restart", "restart", "restart the box"),
    )

    def __init__(self, service, session):
        self._service = service
        self._app = service.app
        self._session = session

    def do_meters(self, arguments):
        for name, found in meter_profiles(self._app):
            yield "%s: %s %s" % (name, found.maker, found.model)

    def do_scan(self, arguments):
        self._session.require(TECHNICIAN, "scan")
        return self._app.bus_jobs.submit(scan(self._app, *scan_range(arguments, LAST_ADDRESS)))

    def do_poll(self, arguments):
        if not arguments:
            return self._reading()
        self._session.require(TECHNICIAN, "poll of registers")
        numbers = [integer(arguments, i, 0, 65535) for i in range(3)]
        count = integer(arguments, 3, 1, 125, 1)
        return self._app.bus_jobs.submit(read_registers(self._app, *numbers, count))

    def do_relay(self, arguments):
        if not arguments:
            return [
                "%s: %s" % (o["output"], o["fault"] or "as told")
                for o in telemetry.outputs(self._app)
            ] or ["no output is configured"]
        load = integer(arguments, 0, 1, 4)
        seconds = integer(arguments, 1, 1, _MOST_SECONDS)
        name = self._service.test_output(load, seconds, self._session)
        return ["%s holds load %d back for %d s" % (name, load, seconds)]

    def do_stop(self, arguments):
        return ["nothing is running"]

    def do_restart(self, arguments):
        self._service.restart(self._session)
        return []

    def _reading(self):
        """All that the meter gave at its last poll."""
        sample = self._app.sample
        lines = []
        for name, group in _QUANTITIES:
            values = getattr(sample, name)
            state, age_ms = STATES[sample.state[group]], sample.age_ms[group]
            lines.append("%s %d %d %d %s age_ms %d" % ((name,) + tuple(values) + (state, age_ms)))
        state = STATES[sample.state[4]]
        lines.append("f_mhz %d %s age_ms %d" % (sample.f_mhz, state, sample.age_ms[4]))
        return lines
