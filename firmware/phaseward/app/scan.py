"""Jobs on the bus for commissioning: which devices answer at which address, and raw registers.

Only the line's present speed and parity are tried; another speed is set, saved, and taken up at a
restart. Reading alone is done; nothing on the line is written.
"""

from ..bus import profile, status
from ..bus.frame import MAX_READ_REGISTERS
from ..bus.meter import Meter
from .bus_jobs import PAUSE, Job
from .meters import profile_folders

LAST_ADDRESS = 247
_HOLDING, _INPUT = 3, 4


def scan(app, first, last):
    """A job: every address from `first` to `last`, and whose meter answers there."""
    if not 1 <= first <= last <= LAST_ADDRESS:
        raise ValueError("scan FIRST LAST, addresses 1..%d" % LAST_ADDRESS)
    job = Job("scan", _device_line)
    job.turns = _scan_turns(app, job, first, last)
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


def _scan_turns(app, job, first, last):
    for address in range(first, last + 1):
        guest = address not in app.master.devices
        try:
            yield from _look(app, job, address)
        finally:
            if guest:
                app.master.devices.pop(address, None)


def _look(app, job, address):
    master = app.master
    for function in (_HOLDING, _INPUT):
        yield master.read(address, function, 0, 1)
        answer = master.status
        yield PAUSE
        if answer != status.TIMEOUT:
            break
    if answer == status.TIMEOUT:
        return
    matches = []
    if answer == status.OK or answer >= status.EXCEPTION:
        yield from _recognise(app, address, matches)
    job.add(address=address, answer=status.text(answer), profiles=matches)


def _recognise(app, address, matches):
    turnaround_ms = app.master.device(address).turnaround_ms
    try:
        for name, found in meter_profiles(app):
            meter = Meter(found, address, app.master, app.clock)
            yield meter.poll()
            if meter.recognised():
                matches.append(name)
            yield PAUSE
    finally:
        app.master.device(address).turnaround_ms = turnaround_ms


def _device_line(row):
    names = " or ".join(row["profiles"]) or "none of the known meters"
    return "address %d: %s (%s)" % (row["address"], names, row["answer"])


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
