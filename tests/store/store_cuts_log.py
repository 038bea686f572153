"""Power cut at every flash operation of writing and rotating the event log, on littlefs."""

from drill import Drill

from phaseward.store import log, segments
from phaseward.store.allowance import Allowance
from phaseward.store.log import EventLog

MODULES = (segments, log)
BUDGET = 3 * segments.SEGMENT_BYTES
PER_FLUSH = 20


def opened(folder):
    return EventLog(folder + "/log", 1, Allowance(3600, 4), budget_bytes=BUDGET)


def all_entries(folder):
    """Everything in the log, page by page."""
    book = opened(folder)
    entries, first = [], 0
    while first is not None:
        page = book.page(first, 30)
        assert page.damaged == 0
        entries += page.entries
        first = page.next
    return entries


def cuts_of_rotating_the_log():
    """What was written before stays, complete and in order, until the budget takes the oldest."""
    drill = Drill(MODULES)

    def write(folder):
        book = opened(folder)
        for i in range(PER_FLUSH):
            book.note(book.next * 60, "limit", (1, 4200, 207000 + i), "blocking law")
        book.flush(book.next * 60)

    def judge(folder, completed):
        entries = all_entries(folder)
        found = [entry.sequence for entry in entries]
        assert found == list(range(found[0], found[0] + len(found))) if found else True
        for entry in entries:
            assert entry.uptime_s == 60 * entry.sequence and entry.numbers[0] == 1
        last[1] = found[-1] if found else -1
        assert last[1] >= last[0], "an entry that had been written is lost"
        assert not found or last[1] - found[0] >= kept or found[0] == 0
        assert total_bytes(folder) <= BUDGET

    def total_bytes(folder):
        files = segments.Segments(folder + "/log", BUDGET)
        total = 0
        for first in files.firsts():
            with files.open(first) as file:
                total += len(file.read())
        return total

    last = [-1, -1]
    kept = segments.SEGMENT_BYTES // 60  # after rotation at least a whole segment is left
    for _ in range(18):
        drill.step(write, judge)
        last[0] = last[1]
    first = drill.prepare(lambda folder: all_entries(folder)[0].sequence)
    assert first > 0, "the log was meant to rotate"
    return drill.cuts
