"""Jobs on the bus for commissioning: which devices answer at which address, and raw registers.

A scan looks at the line's own speed and parity, or at the usual ones in turn (`other_line.py`),
and then ends with the first at which a known meter answers. Only reading is done.
"""

from ..bus import profile, status
from ..bus.frame import MAX_READ_REGISTERS
from ..bus.meter import Meter
from .bus_jobs import PAUSE, Job
from .meters import profile_folders
from .other_line import LINES, OtherLine, OwnLine, told

LAST_ADDRESS = 247
_HOLDING, _INPUT = 3, 4


def scan(app, first, last, everywhere=False):
    """A job: every address from `first` to `last`, and whose meter answers there.

    everywhere : at the usual speeds and parities too, the line's own first
    """
    if not 1 <= first <= last <= LAST_ADDRESS:
        raise ValueError("scan FIRST LAST, addresses 1..%d" % LAST_ADDRESS)
    job = Job("scan", _device_line)
    lines = [OwnLine(app)]
    if everywhere:
        lines += [OtherLine(app, pace) for pace in LINES if pace != app.line]
    job.turns = _scan_turns(app, job, first, last, lines)
    return job


def read_registers(app, address, function, first, count):
    """A job: the registers (functions 3, 4) or bits (1, 2) as the device gives them."""
    if not (1 <= address <= LAST_ADDRESS and 1 <= function <= 4 and 0 <= first <= 65535):
        raise ValueError("poll ADDRESS FUNCTION REGISTER [COUNT]: 1..247, 1..4, 0..65535")
    if not 1 <= count <= MAX_READ_REGISTERS or first + count > 65536:
        raise ValueError("a count of 1..%d" % MAX_READ_REGISTERS)
    job = Job("poll", _register_line)
    job.turns = _read_turns(app, job, address, function, first, count)
    return job


def profile_names(app):
    """Ids of all profiles the box has, of meters and others."""
    return profile.available(profile_folders(app.platform))


def meter_profiles(app, names=None):
    """(id, profile) of every meter the box knows, or of those of `names` that are meters; one at a
    time: together they need much heap."""
    folders = profile_folders(app.platform)
    for name in profile_names(app) if names is None else names:
        found = profile.load(name, None, folders)
        if found.kind == "meter":
            yield name, found


def _scan_turns(app, job, first, last, lines):
    for line in lines:
        for address in range(first, last + 1):
            line.begin(address)
            try:
                yield from _look(app, job, address, line)
            finally:
                line.end(address)
        if [row for row in job.rows if row["profiles"]]:
            return


def _look(app, job, address, line):
    master = app.master
    for function in (_HOLDING, _INPUT):
        line.take(address)
        try:
            yield master.read(address, function, 0, 1)
        finally:
            line.give_back(address)
        answer = master.status
        yield PAUSE
        if answer != status.TIMEOUT:
            break
    if answer == status.TIMEOUT:
        return
    matches = []
    if answer == status.OK or answer >= status.EXCEPTION:
        yield from _recognise(app, address, line, matches)
    baud, parity = line.pace
    answer = status.text(answer)
    job.add(address=address, answer=answer, profiles=matches, baud=baud, parity=parity)


def _recognise(app, address, line, matches):
    for name, found in meter_profiles(app):
        line.take(address)
        try:
            meter = Meter(found, address, app.master, app.clock)
            yield meter.poll()
        finally:
            line.give_back(address)
        if meter.recognised():
            matches.append(name)
        yield PAUSE


def _device_line(row):
    names = " or ".join(row["profiles"]) or "none of the known meters"
    place = row["address"], told((row["baud"], row["parity"]))
    return "address %d, %s: %s (%s)" % (place + (names, row["answer"]))


def _read_turns(app, job, address, function, first, count):
    master = app.master
    guest = address not in master.devices
    yield master.read(address, function, first, count)
    if guest:
        master.devices.pop(address, None)
    if master.status != status.OK:
        raise ValueError("address %d: %s" % (address, status.text(master.status)))
    for i in range(count):
        value = master.bit(i) if function <= 2 else master.register(i)
        job.add(register=first + i, value=value)


def _register_line(row):
    return "%d: %d 0x%04x" % (row["register"], row["value"], row["value"])
