"""A job: the SHA-256 of the first bytes of the flashed image, for a host that has the file.

Part by part between control cycles. What lies behind the image (parameters, keys, log) cannot be
asked for. Failure: ValueError on a platform whose image cannot be read.
"""

from hashlib import sha256

from .access.gate import to_hex
from .bus_jobs import PAUSE, Job

LARGEST = 1 << 20  # every board's file system begins behind it
SMALLEST = 1 << 16
_PART = 4096


def digest(app, length):
    """A job with one row: length and sha256."""
    if not hasattr(app.platform, "image_part"):
        raise ValueError("this box runs from files: no image can be read")
    if not SMALLEST <= length <= LARGEST:
        raise ValueError("digest LENGTH, %d..%d bytes" % (SMALLEST, LARGEST))
    job = Job("digest", _line)
    job.turns = _turns(app.platform, job, length)
    return job


def _turns(platform, job, length):
    found = sha256()
    for first in range(0, length, _PART):
        found.update(platform.image_part(first, min(_PART, length - first)))
        yield PAUSE
    job.add(length=length, sha256=to_hex(found.digest()))


def _line(row):
    return "%d bytes: %s" % (row["length"], row["sha256"])
