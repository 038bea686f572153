"""One virtual hour of the image: heap and largest free block flat, no reset.

Garbage is collected on the board each minute by `probes/heap.py`, so what is left is what is held.
24 hours of the fullest box: `make soak`.
"""

import pytest
from image.image_rig import commissioned
from image.memory import PROBE, RELAY

from phaseward_sim.emulator.heap import Heap

pytestmark = pytest.mark.slow

MINUTES = 60
SETTLED = 5  # minutes: learning has begun, the load may be released
HELD_MOST_BYTES = 512  # the log's last entries and texts in use differ in length
BLOCK_MOST_BYTES = 8192  # garbage of up to a minute lies in the largest block, too


def test_for_an_hour_the_heap_is_flat_and_nothing_restarts(image, tmp_path):
    probe = PROBE.read_text().replace("PERIOD_MS = 5000", "PERIOD_MS = 60_000")
    assert "60_000" in probe
    with commissioned(tmp_path, image, extra={"boot.py": probe}, **RELAY) as rig:
        free = []
        for _ in range(MINUTES):
            rig.run(60)
            free.append(Heap(image, rig.box.chip).largest_free_bytes())
        held = [int(line.split()[4]) for _, line in rig.lines if line.startswith("heap base")]
        assert len(held) >= MINUTES - 1
        held, free = held[SETTLED:], free[SETTLED:]
        assert max(held) - min(held) <= HELD_MOST_BYTES, held
        assert max(free) - min(free) <= BLOCK_MOST_BYTES, free
        assert rig.box.restarts == [] and rig.box.chip.last["overruns"] == 0
        assert len(rig.reported("boot")) == 1
        assert any(" timeout 0 crc 0 exception 0 other 0 " in line for line in rig.ask("bus"))
