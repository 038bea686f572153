"""Parameters as the box itself describes them: the host guesses nothing by version."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One row of the box's table. `choices`: names of an enum's values 0, 1, ..."""

    id: str
    type: str
    unit: str
    min: int
    max: int
    step: int
    default: int | str
    level: int
    restart: int
    meaning: str
    source: str
    choices: tuple[str, ...]

    def shown(self, value) -> str:
        """The value as people read it, with its unit."""
        if self.choices and value in range(len(self.choices)):
            return self.choices[value]
        return f"{value} {self.unit}".strip()


def from_rows(columns: list[str], rows: list[list]) -> dict[str, Parameter]:
    """Parameters by id, in the table's order. Columns this host does not know are left out."""
    names = Parameter.__dataclass_fields__
    found = {}
    for row in rows:
        fields = {name: value for name, value in zip(columns, row, strict=True) if name in names}
        fields["choices"] = tuple(fields["choices"])
        found[fields["id"]] = Parameter(**fields)
    return found
