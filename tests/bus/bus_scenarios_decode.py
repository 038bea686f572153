"""Decoding without heap: on a 32-bit MicroPython integers of 2**30 and more would allocate."""

from bus_fakes import heap_after
from bus_fuzz import Random

from phaseward.bus.decode import decode


def scenario_decoding_leaves_the_heap_as_it_was():
    random = Random(3)
    values = [(random.below(65536), random.below(65536)) for _ in range(200)]
    for kind in range(5):
        for num in (1, 1000, 10000):
            for den in (1, 7, 10000):

                def all_values(kind=kind, num=num, den=den):
                    for pair in values:
                        decode(kind, pair[0] if kind > 1 else 0, pair[1], num, den)

                before, after = heap_after(2, all_values)
                assert after == before, (kind, num, den, after - before)
