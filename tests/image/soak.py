"""A stretch of a soak: what the heap has looked like in it, and whether the box restarted.

Garbage stays in the heap until a collection, which comes when the heap is full: seldom, for
control cycles allocate nothing. So the heap is looked at each minute, and what counts is its best
minute: the one soonest after a collection.
"""

from phaseward_sim.emulator.heap import Heap

# Garbage of a minute (what is printed and written to flash), and of the look at another moment.
SLACK_BYTES = 24_000


def stretch(rig, seconds=3600):
    """Runs on, and tells {t_s, used (lowest of all minutes), largest (largest free block of all
    minutes; both in bytes), collections (minutes in which the heap in use fell), restarts,
    overruns}."""
    used, largest = [], []
    for _ in range(seconds // 60):
        rig.run(60)
        for kept in (rig.box.edges, rig.box.sent, rig.box.heard, rig.world.changes):
            del kept[:-100]
        del rig.lines[:-100]
        heap = Heap(rig.image, rig.box.chip)
        used.append(heap.used_bytes())
        largest.append(heap.largest_free_bytes())
    fell = sum(later < earlier for earlier, later in zip(used, used[1:], strict=False))
    return {"t_s": rig.t_s, "used": min(used), "largest": max(largest), "collections": fell,
            "restarts": len(rig.box.restarts), "overruns": rig.box.chip.last["overruns"]}
