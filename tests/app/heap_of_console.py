"""Run on MicroPython: prints the heap a box holds more after thousands of lines and frames.

    micropython heap_of_console.py FIRMWARE_FOLDER TESTS_FOLDER

Wrong logins, refused and carried out changes, pages and noise, as the fuzz makes them. The event
log's ring and the cache of repeated replies fill during the warm-up.
"""

import gc
import sys

sys.path[:0] = [sys.argv[1], sys.argv[2]]

from box_fakes import fresh_folder  # noqa: E402
from console_fuzz import Fuzz  # noqa: E402

WARM_UP, STREAMS = 1000, 2000


def held():
    gc.collect()
    return gc.mem_alloc()


for keys in (True, False):
    fuzz = Fuzz(fresh_folder("heap"), 5, keys=keys)
    fuzz.run(WARM_UP)
    before = held()
    fuzz.run(STREAMS)
    print("held", held() - before, "bytes after", sum(fuzz.seen.values()), "answers")
