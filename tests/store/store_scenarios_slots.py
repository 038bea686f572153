"""Two-slot records, history and counters on littlefs: which copy wins, and what is said."""

from flash import Flash
from power import Power, formatted

from phaseward.store import slots
from phaseward.store.boots import Boots
from phaseward.store.history import History
from phaseward.store.slots import SlotFile, newer, pack
from phaseward.store.tally import Tally

MODULES = (slots,)


def on_flash(action):
    with Power(formatted(16), MODULES) as folder:
        return action(folder)


def write(path, data):
    with slots_open(path, "wb") as file:
        file.write(data)


def slots_open(path, mode):
    """The `open` that the module under test uses."""
    return getattr(slots, "open", open)(path, mode)


def damage(path):
    with slots_open(path, "rb") as file:
        data = bytearray(file.read())
    data[-1] ^= 1
    write(path, data)


def told(folder):
    found = SlotFile(folder, "r")
    return found.load(), found.told(), found.damaged


def scenario_each_finding_is_told():
    def check(folder):
        assert told(folder) == (None, "r: nothing stored", False)
        SlotFile(folder, "r").save(b"one", 1)
        assert told(folder) == (b"one", "r: the only copy", False)
        SlotFile(folder, "r").save(b"two", 1)
        assert told(folder) == (b"two", "r: the newer of two copies", False)
        damage(folder + "/r.b")
        assert told(folder) == (b"one", "r: one copy is damaged, the other is used", True)
        damage(folder + "/r.a")
        assert told(folder) == (None, "r: stored, but no copy is valid", True)

    on_flash(check)


def scenario_a_save_replaces_the_damaged_copy_first():
    def check(folder):
        SlotFile(folder, "r").save(b"one", 1)
        SlotFile(folder, "r").save(b"two", 1)
        damage(folder + "/r.b")
        SlotFile(folder, "r").save(b"three", 1)
        assert told(folder) == (b"three", "r: the newer of two copies", False)

    on_flash(check)


def scenario_a_record_that_was_not_loaded_is_still_saved_as_the_newest():
    def check(folder):
        for text in (b"1", b"2", b"3", b"4", b"5"):
            SlotFile(folder, "r").save(text, 1)
            assert told(folder)[0] == text

    on_flash(check)


def scenario_the_counter_wraps():
    """0xFFFFFFFF is older than 0, and 0xFFFFFFFE older than either."""
    assert newer(0, 0xFFFFFFFF) and not newer(0xFFFFFFFF, 0)
    assert newer(1, 0xFFFFFFF0) and not newer(5, 5)

    def check(folder):
        write(folder + "/r.a", pack(1, 0xFFFFFFFE, b"first"))
        write(folder + "/r.b", pack(1, 0xFFFFFFFF, b"last before the wrap"))
        assert told(folder)[0] == b"last before the wrap"
        for text in (b"wrapped", b"one more"):
            SlotFile(folder, "r").save(text, 1)
            assert told(folder)[0] == text

    on_flash(check)


def scenario_history_and_counters_come_back_together():
    def check(folder):
        history = History(SlotFile(folder, "h"))
        assert history.load() is None and history.counters == []
        history.save([1, -2, 2**31 - 1, -(2**31), 99], 4, [7, 8])
        again = History(SlotFile(folder, "h"))
        assert again.load() == [1, -2, 2**31 - 1, -(2**31)]
        assert again.counters == [7, 8]

    on_flash(check)


def scenario_a_history_of_schema_1_is_read():
    """The bytes that version 0.1.0 wrote for the snapshot [1, 600, -5]: count, then integers."""
    old = b"\x03\x00" + b"\x01\x00\x00\x00" + b"\x58\x02\x00\x00" + b"\xfb\xff\xff\xff"

    def check(folder):
        write(folder + "/h.a", pack(1, 1, old))
        history = History(SlotFile(folder, "h"))
        assert history.load() == [1, 600, -5]
        assert history.counters == []

    on_flash(check)


def scenario_a_history_of_a_newer_schema_or_of_wrong_length_is_not_used():
    def check(folder):
        for schema, payload in ((3, b"\x00\x00\x00\x00"), (2, b"\x01\x00\x00\x00"), (1, b"\x00")):
            SlotFile(folder, "h").save(payload, schema)
            assert History(SlotFile(folder, "h")).load() is None

    on_flash(check)


def scenario_forgiven_boots_start_a_new_row():
    def check(folder):
        for _ in range(4):
            Boots(SlotFile(folder, "b")).begin()
        Boots(SlotFile(folder, "b")).forgive()
        boots = Boots(SlotFile(folder, "b"))
        assert boots.begin() is False
        assert (boots.count, boots.unfinished) == (5, 1)

    on_flash(check)


def scenario_the_tally_counts_seconds_blocks_and_switchings():
    """Load 2 is held back from 100 s to 160 s and from 200 s on; read at 230 s: 60 + 30 s."""
    tally = Tally(4)
    course = ((100, 1), (130, 1), (160, 0), (200, 1), (230, 1))
    changes = [tally.count(t_s, [0, blocked, 0, 0]) for t_s, blocked in course]
    assert changes == [True, False, True, True, False]
    assert (tally.blocked_s[1], tally.blocks[1], tally.switched[1]) == (90, 2, 3)
    later = Tally(4)
    later.restore(tally.values())
    later.count(300, [0, 0, 0, 0])
    assert later.values() == tally.values()
    later.restore([1, 2, 3])
    assert later.values() == tally.values()


def scenario_the_simulated_flash_is_a_nor_flash():
    """Programming clears bits only; a torn program leaves its first half and one odd byte."""
    flash = Flash(2)
    flash.program(0, 0, b"\x0f")
    flash.program(0, 0, b"\xf8")
    assert flash.read(0, 0, 1) == b"\x08"
    flash.cut_after(0, 1)
    try:
        flash.program(1, 0, b"\x00\x00\x00\x00")
    except Exception as error:
        assert "PowerCut" in repr(error)
    assert flash.dead and flash.read(1, 0, 4) == b"\x00\x00\xa5\xff"
