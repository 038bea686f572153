"""Vector groups of transformers from outside, in the words this project knows.

`group_of(row)` reads a pandapower row: (group, remark); group None where it cannot be modelled.
"""

from __future__ import annotations

import re

_NAMED = re.compile(r"(YNyn|Yyn|Dyn|Yzn)\s*(\d{1,2})?")
YNYN = ("vector group YNyn taken as Yyn with the transformer's own impedance in the zero "
        "sequence: what the MV side adds to it is left out")


def group_of(row) -> tuple[str | None, str]:
    """(vector group, remark) of a row of pandapower's `trafo` table."""
    given = [text for text in (getattr(row, "vector_group", None), row.std_type)
             if isinstance(text, str)]
    hour = round(float(row.shift_degree) / 30.0) % 12
    for text in given:
        named = _NAMED.search(text)
        if named:
            return _known(named[1], hour)
    if isinstance(getattr(row, "vector_group", None), str):
        return None, f"vector group {row.vector_group}: expected Dyn, Yzn, Yyn or YNyn"
    family = "Dyn" if hour % 2 else "Yyn"
    return f"{family}{hour}", f"no vector group in the file: {family}{hour} by its phase shift"


def _known(family: str, hour: int) -> tuple[str | None, str]:
    if family in ("Dyn", "Yzn") and hour % 2 == 0:
        return f"{family}5", f"{family} with a phase shift of {hour * 30} degrees taken as clock 5"
    if family in ("Yyn", "YNyn") and hour % 2:
        return None, f"{family} with a phase shift of {hour * 30} degrees is none"
    return (f"Yyn{hour}", YNYN) if family == "YNyn" else (f"{family}{hour}", "")
