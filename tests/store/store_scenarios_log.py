"""The event log on littlefs: pages, budget, damage, restarts, storms, and what it costs."""

from power import Power, formatted

from phaseward.store import entry, log, segments
from phaseward.store.allowance import Allowance
from phaseward.store.log import RING, EventLog

MODULES = (segments, log)
BUDGET = 2 * segments.SEGMENT_BYTES


def on_flash(action):
    with Power(formatted(24), MODULES) as folder:
        return action(folder)


def opened(folder, boot=1, wall=None):
    return EventLog(folder + "/log", boot, Allowance(3600, 2), wall, BUDGET)


def sequences(page):
    return [found.sequence for found in page.entries]


def scenario_an_entry_is_a_line_with_its_check():
    """CRC-32 of the text before the star, as zlib computes it."""
    line = entry.encode(7, 3600, 2, None, "limit", (1, -4200), "blocking law")
    assert line == b"7|3600|2|?|limit|1,-4200|blocking law*f84f74fd\n"
    found = entry.Entry(line)
    assert (found.sequence, found.uptime_s, found.boot, found.wall_s) == (7, 3600, 2, None)
    assert (found.kind, found.numbers, found.origin) == ("limit", [1, -4200], "blocking law")


def scenario_text_cannot_break_a_line():
    line = entry.encode(1, 2, 3, 4, "set", (), "a|b*c\nd\xe9")
    assert entry.valid(line) and line.count(b"\n") == 1
    assert entry.Entry(line).origin == "a_b_c_d_"
    assert entry.Entry(line).wall_s == 4 and entry.Entry(line).numbers == []


def scenario_every_changed_bit_is_seen():
    line = entry.encode(1, 60, 3, None, "limit", (1, 0), "law")
    for at in range(len(line) - 1):
        for bit in range(8):
            broken = bytearray(line)
            broken[at] ^= 1 << bit
            assert not entry.valid(bytes(broken))


def scenario_an_over_long_entry_is_refused():
    try:
        entry.encode(1, 2, 3, None, "set", (), "x" * 200)
    except ValueError as error:
        assert "at most 160" in str(error)
    else:
        raise AssertionError("an entry of 200 bytes was taken")


def scenario_entries_are_readable_before_and_after_the_flush_and_a_restart():
    def check(folder):
        book = opened(folder)
        book.note(10, "boot", (1,))
        assert sequences(book.page()) == [0]
        book.flush(10)
        book.note(20, "limit", (1, 4200), "law")
        assert sequences(book.page()) == [0, 1]
        again = opened(folder, boot=2)  # entry 1 was not written: power cut
        assert sequences(again.page()) == [0] and again.next == 1
        again.note(5, "boot", (2,))
        again.flush(5)
        assert [(e.sequence, e.boot) for e in opened(folder).page().entries] == [(0, 1), (1, 2)]

    on_flash(check)


def scenario_the_time_of_day_is_labelled():
    def check(folder):
        clock = [None]
        book = opened(folder, wall=lambda: clock[0])
        book.note(1, "boot")
        clock[0] = 1_790_000_000
        book.note(2, "time")
        assert [e.wall_s for e in book.page().entries] == [None, 1_790_000_000]

    on_flash(check)


def filled(folder, flushes):
    book = opened(folder)
    for _ in range(flushes):
        for _ in range(30):
            book.note(60 * book.next, "limit", (1, 4200), "law")
        book.flush(60 * book.next)
    return book


def scenario_pages_follow_one_another_without_gap():
    def check(folder):
        book = filled(folder, 3)
        first, seen = 0, []
        while first is not None:
            page = book.page(first, 7)
            assert len(page.entries) <= 7
            seen += sequences(page)
            first = page.next
        assert seen == list(range(90))
        assert sequences(book.page(85, 10)) == [85, 86, 87, 88, 89]
        assert sequences(book.page(90)) == []

    on_flash(check)


def scenario_the_oldest_segment_goes_first_and_the_budget_holds():
    def check(folder):
        book = filled(folder, 12)
        starts = segments.Segments(folder + "/log", BUDGET).firsts()
        assert len(starts) == 2 and starts[0] > 0
        page = book.page(0, 500)
        assert sequences(page) == list(range(starts[0], 360))
        assert sequences(book.page(5, 2)) == [starts[0], starts[0] + 1]

    on_flash(check)


def scenario_a_damaged_entry_is_skipped_and_counted():
    def check(folder):
        book = filled(folder, 1)
        files = segments.Segments(folder + "/log", BUDGET)
        with files.open(0) as file:
            data = bytearray(file.read())
        lines = bytes(data).split(b"\n")
        at = len(lines[0]) + 1 + 3
        data[at] ^= 4  # in entry 1
        data[-2] ^= 1  # in the check of the last entry, 29
        path = folder + "/log/0000000000"
        with getattr(segments, "open", open)(path, "wb") as file:
            file.write(data[:-1])  # and the end of its line is missing: torn
        book = opened(folder)
        page = book.page(0, 100)
        assert page.damaged == 2 and sequences(page) == [0] + list(range(2, 29))
        assert book.next == 30, "the torn entry's number is not given again"
        book.note(1, "boot")
        book.flush(1)
        page = opened(folder).page(0, 100)
        assert page.damaged == 2 and sequences(page)[-1] == 30

    on_flash(check)


def scenario_a_storm_is_cut_short_and_said():
    """Two early writes are allowed, then entries are dropped until the period ends."""

    def check(folder):
        book = opened(folder)
        writes = 0
        assert not book.due(0)
        for second in range(3599):
            book.note(second, "limit", (second,))
            if book.due(second):
                book.flush(second)
                writes += 1
        assert writes == 2
        assert book.due(3600 + 3599)
        book.flush(3600 + 3599)
        last = book.page(0, 500).entries[-1]
        early = 2 * 36
        assert last.kind == log.LOST and last.numbers == [3599 - early - RING]

    on_flash(check)


def scenario_the_allowance_bounds_the_writes():
    """Most 3 and one per 100 s: in 1000 s of asking every second at most 3 + 10."""
    allowance = Allowance(100, 3)
    assert sum([allowance.take(t_s) for t_s in range(1001)]) == 13
    quiet = Allowance(100, 3)
    assert sum([quiet.take(100_000) for _ in range(10)]) == 3


def scenario_too_small_a_budget_is_refused():
    try:
        segments.Segments("x", 100)
    except ValueError as error:
        assert "at least 7680" in str(error)
    else:
        raise AssertionError("a budget of 100 bytes was taken")
