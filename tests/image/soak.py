"""One hour of a soak: what the heap looks like at its end, and whether the box restarted."""

from phaseward_sim.emulator.heap import Heap

# What is written to flash each hour is garbage until the next collection (its text and buffers).
SLACK_BYTES = 24_000


def hour(rig, seconds=3600):
    """Runs on, and tells {used, largest (bytes), restarts, errors, t_s}."""
    for _ in range(seconds // 60):
        rig.run(60)
        for kept in (rig.box.edges, rig.box.sent, rig.box.heard, rig.world.changes):
            del kept[:-100]
        del rig.lines[:-100]
    heap = Heap(rig.image, rig.box.chip)
    return {"t_s": rig.t_s, "used": heap.used_bytes(), "largest": heap.largest_free_bytes(),
            "restarts": len(rig.box.restarts), "overruns": rig.box.chip.last["overruns"]}
