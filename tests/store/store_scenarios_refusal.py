"""Storage that is full or broken: what was valid stays, and work goes on once there is room."""

from power import Power, formatted

from phaseward.store import log, segments, slots
from phaseward.store.allowance import Allowance
from phaseward.store.boots import Boots
from phaseward.store.log import EventLog
from phaseward.store.slots import SlotFile

MODULES = (slots, segments, log)
BLOCKS = 12
NO_SPACE, NAME_TOO_LONG = 28, 36


def on_flash(action):
    with Power(formatted(BLOCKS), MODULES) as folder:
        return action(folder)


def module_open(path, mode):
    """The `open` that the modules under test use."""
    return getattr(slots, "open", open)(path, mode)


def fill(folder, sizes=(2000,)):
    """Takes all room there is; returns the names of the files that do."""
    names = []
    for size in sizes:
        try:
            while True:
                names.append("%s/fill%d" % (folder, len(names)))
                with module_open(names[-1], "wb") as file:
                    file.write(bytes(size))
        except OSError:
            pass
    return names


def refused(action, *arguments):
    return errno_of(action, *arguments) is not None


def errno_of(action, *arguments):
    """Of the OSError that it ends with; None without one."""
    try:
        action(*arguments)
    except OSError as error:
        return error.errno
    return None


def book_in(folder):
    return EventLog(folder + "/log", 1, Allowance(3600, 4), budget_bytes=3 * 3840)


def scenario_a_full_storage_keeps_the_valid_record():
    def check(folder):
        SlotFile(folder, "r").save(b"first", 1)
        SlotFile(folder, "r").save(b"second", 1)
        names = fill(folder)
        record = SlotFile(folder, "r")
        large = bytes(3000)
        assert refused(record.save, large, 1)
        assert SlotFile(folder, "r").load() == b"second"
        for name in names:
            if not refused(slots.os.stat, name):
                slots.os.remove(name)
        record.save(large, 1)
        assert SlotFile(folder, "r").load() == large

    on_flash(check)


def scenario_what_has_no_room_is_told_as_no_space_at_every_size():
    """From files of blocks down to names in the folder itself, where littlefs says that a name is
    too long; and the log's folder, which cannot even be made."""

    def check(folder):
        SlotFile(folder, "r").save(b"first", 1)
        SlotFile(folder, "r").save(b"second", 1)
        fill(folder, (2000, 300, 10))
        for size in (10, 300, 3000):
            assert errno_of(SlotFile(folder, "r").save, bytes(size), 1) == NO_SPACE
        book = book_in(folder)
        book.note(1, "boot")
        assert errno_of(book.flush, 1) in (NO_SPACE, NAME_TOO_LONG)
        assert SlotFile(folder, "r").load() == b"second"

    on_flash(check)


def scenario_the_log_keeps_its_entries_in_ram_until_there_is_room():
    def check(folder):
        book = book_in(folder)
        book.note(1, "boot")
        book.flush(1)
        names = fill(folder)
        for i in range(40):
            book.note(i, "limit", (i, 4200, 207000), "a long reason that takes its room")
        assert refused(book.flush, 60)
        for name in names:
            if not refused(slots.os.stat, name):
                slots.os.remove(name)
        book.flush(120)
        page = book_in(folder).page(0, 100)
        assert [e.sequence for e in page.entries] == list(range(41))

    on_flash(check)


def scenario_a_segment_that_cannot_be_read_is_left_behind():
    """A folder in the place of the newest segment: every use of it as a file fails."""

    def check(folder):
        book = book_in(folder)
        book.note(1, "boot")
        book.flush(1)
        slots.os.mkdir(folder + "/log/0000000050")
        book = book_in(folder)
        assert book.next > 50
        book.note(2, "boot")
        book.flush(2)
        page = book_in(folder).page(0, 100)
        assert [e.sequence for e in page.entries] == [0, book.next - 1]
        assert page.damaged == 1

    on_flash(check)


def scenario_boots_that_cannot_be_counted_do_not_stop_the_box():
    def check(folder):
        slots.os.mkdir(folder + "/boots.a.new")
        boots = Boots(SlotFile(folder, "boots"))
        assert boots.begin() is False
        assert "boots are not counted" in boots.refused
        boots.good()

    on_flash(check)
