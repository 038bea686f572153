"""The parameter table as the box sends it, and a hash by which a tool knows whether it has it.

The hash is over the texts of all rows, so two firmwares with the same table have the same one.
"""

from hashlib import sha256

from ..store.parameters import rows
from .access.gate import to_hex
from .values import choices

COLUMNS = (
    "id", "type", "unit", "min", "max", "step", "default", "level", "restart", "meaning",
    "source", "choices",
)  # fmt: skip
_HASH_BYTES = 8


def line(row):
    """One row in the order of COLUMNS."""
    return list(row) + [list(choices(row))]


def page(first, most):
    """Rows from number `first` on, at most `most` of them."""
    found = []
    for number, row in enumerate(rows()):
        if number >= first + most:
            break
        if number >= first:
            found.append(line(row))
    return found


def count():
    return sum(1 for _ in rows())


class SchemaHash:
    """Calculated at first use: a second on a board, and not needed for control."""

    def __init__(self):
        self._text = None

    def text(self):
        if self._text is None:
            digest = sha256()
            for row in rows():
                fields = [str(field) for field in row] + list(choices(row))
                digest.update(("|".join(fields) + "\n").encode())
            self._text = to_hex(digest.digest()[:_HASH_BYTES])
        return self._text
