"""JSON for Plotly inside a page: arrays as compact base64, nothing that could end the script.

Plotly.js reads `{"dtype": ..., "bdata": ...}` as a typed array, about a third of the size of
decimal text. Equal arrays (the time axis of three phases) are written once and referred to by
number; the page's script puts them back.
"""

import base64
import json

import numpy as np

_DTYPES = {"float32": "f4", "float64": "f8", "int32": "i4", "uint8": "u1"}


class ArrayPool:
    """Typed arrays by content; `default` is the hook for json.dumps."""

    def __init__(self) -> None:
        self.arrays: list[dict] = []
        self._numbers: dict[tuple[str, bytes], int] = {}

    def default(self, value: object) -> object:
        if isinstance(value, np.ndarray) and value.dtype.name in _DTYPES:
            return {"ref": self._number(value)}
        if isinstance(value, np.generic):
            return value.item()
        raise TypeError(f"cannot be written into a report: {type(value).__name__}")

    def _number(self, value: np.ndarray) -> int:
        data = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).tobytes()
        key = (_DTYPES[value.dtype.name], data)
        if key not in self._numbers:
            self._numbers[key] = len(self.arrays)
            self.arrays.append({"dtype": key[0], "bdata": base64.b64encode(data).decode()})
        return self._numbers[key]


def script_json(figures: object) -> str:
    """`{"figures": ..., "arrays": [...]}` as it may stand inside a <script> element."""
    pool = ArrayPool()
    text = _dumps(figures, pool)
    text = f'{{"figures":{text},"arrays":{_dumps(pool.arrays, pool)}}}'
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _dumps(content: object, pool: ArrayPool) -> str:
    return json.dumps(content, default=pool.default, separators=(",", ":"), allow_nan=False)
