"""What drivers of inputs share: levels by output, some of them the other way round."""


class Turned:
    """Levels by output from raw ones, some of them the other way round."""

    def __init__(self, what, name: str):
        self.name, self.every_s = name, what.every_s
        self._what = what

    def read(self) -> dict[str, int]:
        return {pin: int(bool(self.raw(place))) ^ (pin in self._what.inverted)
                for pin, place in self._what.inputs.items()}

    def raw(self, place):
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
