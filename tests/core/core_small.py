"""An integer that raises as soon as arithmetic with it leaves MicroPython's small integers.

Every value that is calculated from a `Small` is one again, so feeding only `Small` into the core
checks each intermediate result on the way to a decision.
"""

MOST = (1 << 30) - 1


class Small(int):
    """int with |x| < 2**30, contagious."""

    def __new__(cls, value):
        if not -MOST - 1 <= int(value) <= MOST:
            raise OverflowError(f"{int(value)} does not fit into 31 bits")
        return super().__new__(cls, value)


def _checked(name):
    plain = getattr(int, name)

    def method(*operands):
        result = plain(*operands)
        return result if result is NotImplemented else Small(result)

    return method


_OPERATIONS = ("add", "sub", "mul", "floordiv", "mod", "lshift", "rshift", "and", "or", "xor")
for _name in _OPERATIONS:
    setattr(Small, f"__{_name}__", _checked(f"__{_name}__"))
    setattr(Small, f"__r{_name}__", _checked(f"__r{_name}__"))
for _name in ("neg", "abs", "invert"):
    setattr(Small, f"__{_name}__", _checked(f"__{_name}__"))
