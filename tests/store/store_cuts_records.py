"""Power cut at every flash operation of saving parameters, history and boots, on littlefs."""

import struct

from drill import Drill

from phaseward.store import slots
from phaseward.store.boots import Boots
from phaseward.store.history import History
from phaseward.store.slots import SlotFile

MODULES = (slots,)


def parameters(count):
    """The text of `count` changed parameters, as the settings store it."""
    return "\n".join(["parameter_%02d=%d" % (i, 1000 * count + i) for i in range(count)]).encode()


def cuts_of_saving_parameters():
    """The stored payload is the one before or the one after, and never nothing."""
    drill = Drill(MODULES)
    sizes = (1, 5, 40, 90, 160, 3, 200, 2, 60, 61, 130, 7)
    before = [None]
    for size in sizes:
        fresh = parameters(size)

        def save(folder, fresh=fresh):
            SlotFile(folder, "params").save(fresh, 2)

        def judge(folder, completed, fresh=fresh):
            found = SlotFile(folder, "params")
            payload = found.load()
            allowed = (fresh,) if completed else (fresh, before[0])
            assert payload in allowed, (payload, found.told())
            assert not found.damaged, found.told()

        drill.step(save, judge)
        before[0] = fresh
    return drill.cuts


def cuts_of_writing_history():
    """400 integers and 12 counters: both of one save, the earlier or the later one."""
    drill = Drill(MODULES)

    def saved(number):
        return [number * 1000 + i for i in range(100)], [number] * 12

    for number in range(1, 25):
        values, counters = saved(number)

        def save(folder, values=values, counters=counters):
            History(SlotFile(folder, "history")).save(values, len(values), counters)

        def judge(folder, completed, number=number):
            found = History(SlotFile(folder, "history"))
            values = found.load()
            state = (values, found.counters)
            if completed or values is not None and values[0] == 1000 * number:
                assert state == saved(number)
            else:
                assert state == (saved(number - 1) if number > 1 else (None, []))

        drill.step(save, judge)
    return drill.cuts


def cuts_of_counting_boots():
    """The count of boots never goes back, and a boot is counted at most twice."""
    drill = Drill(MODULES)

    def begin(folder):
        Boots(SlotFile(folder, "boots")).begin()

    for number in range(1, 13):

        def judge(folder, completed, number=number):
            payload = SlotFile(folder, "boots").load()
            count = struct.unpack("<II", payload)[0] if payload else 0
            assert number - 1 <= count <= number + completed

        drill.step(begin, judge)
    return drill.cuts
