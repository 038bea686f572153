"""Run by MicroPython: heap taken by 1000 steps of a busy box; prints the bytes, then `ok`.

Usage: micropython core_heap.py FIRMWARE_FOLDER TESTS_FOLDER [leak]
`leak` makes every step allocate, to show that this would be seen.
Each step is given another sample, so that every law acts: loads dim, pause and lock, data come and
go, the transfer runs into its limits. The heap is locked: any allocation raises MemoryError.
"""

import gc
import sys

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])

import micropython
from core_rig import Rig

STEPS = 1000
LEAK = sys.argv[3:] == ["leak"]


def drive(rig, steps):
    """`steps` steps of 7 s over a sawtooth of voltages with gaps in the data."""
    u = rig.sample.u_ln_mv
    for k in range(steps):
        saw = k % 97
        u[0] = 236000 - saw * 350
        u[1] = 225000 + saw * 200
        u[2] = 231000 + (k % 13) * 500
        rig.sample.p_w[0] = 11000 - saw * 150
        rig.sample.state[0] = 1 if k % 211 > 190 else 0
        rig.box.set_contact(1, k % 50 > 40)
        rig.box.set_remote_limit(0, 5000 if k % 70 > 60 else -1)
        rig.box.set_clock(k % 1441 - 1)
        rig.box.set_vehicle(1, k % 3 - 1, k * 20)
        rig.box.set_room(2, 1500 - k % 3000)
        p = rig.box.decision.transfer_w
        rig.box.set_stage_actual(p[0], p[1], p[2], 0, k % 5 > 0)
        rig.box.set_stage_state(k % 300 > 290, 700 + k % 100)
        closed = rig.box.decision.contactor
        rig.box.set_contactors(closed[0], closed[1], closed[2])
        if k % 250 == 0:
            rig.box.probe()
        if LEAK:
            rig.leak = [k]
        rig.step(7000)


def main():
    rig = Rig(l1_kind=1, l2_kind=2, l3_kind=3, l1_budget_min=120, bl_enable=1, bl_learn_min=10,
              bl_k_mv_kw=400, bl_reconnect_s=0, bl_spread=1,
              bl_joint=1, l4_kind=1, fi_max_w=10000, fi_enable=1, fi_curve=1,
              l2_need_wh=27000, l2_ready_min=360, pb_enable=1, pb_angle_deg=-20,
              pb_restart_s=0, pb_neutral_act=2, ps_load=4,
              ps_dwell_min=5, ps_better_min=1)
    rig.lines(398, 396, 400)
    rig.power(11000, 500, 0)
    values = [0] * rig.box.snapshot_size()
    spread = rig.box.needs.spread
    spread.learned_min = 1440
    for k in range(48):
        spread.mean_q[k] = 230 * 4096 + 300 * k
    drive(rig, STEPS)  # every branch has been taken once: attributes exist, dicts have grown
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    drive(rig, STEPS)
    rig.box.snapshot(values)
    print("bytes", gc.mem_alloc() - before)
    micropython.heap_lock()
    try:
        drive(rig, STEPS)
        rig.box.snapshot(values)
    finally:
        micropython.heap_unlock()
    seen = [law.quantile.learned_min > 100 for law in rig.box.laws[:3]]
    assert seen == [True] * 3, seen
    assert rig.box.selector.count > 0, "the selector moved"
    assert rig.box.balancer.wiring.probing.probes > 0, "probes were sent"
    print("ok")


main()
