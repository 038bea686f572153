"""Probing finds out which leg is on which phase. Runs on CPython and on MicroPython.

Plant: each leg acts on the phase it is connected to; du_i = k (c p_i - s (p_(i+1) - p_(i-1))).
"""

from core_cases_balancer import balancer
from core_rig import Rig, parameters

from phaseward.core import reasons
from phaseward.core.probing import FOUND, IDLE, LEGS, UNDECIDED
from phaseward.core.sample import Sample

C_25, S3_25 = 906, 244  # cos 25 deg and sin 25 deg / sqrt 3, in 1/1000
BY_PROBING = 1


class Wired:
    """A balancer whose legs are connected in way `way`; angle 25 degrees times `sense`."""

    def __init__(self, unit, way, base_mv=(216100, 230200, 232300), k_mv_kw=1000, sense=-1,
                 step_mv=100):
        self.unit, self.way, self.base_mv = unit, way, base_mv
        self.k_mv_kw, self.sense, self.step_mv = k_mv_kw, sense, step_mv
        self.sample = Sample()

    def voltage(self, phase):
        p = [0, 0, 0]
        for leg in range(3):
            p[LEGS[self.way][leg]] = self.unit.legs_w[leg]
        turned = p[(phase + 1) % 3] - p[(phase + 2) % 3]
        effect = C_25 * p[phase] - self.sense * S3_25 * turned
        u_mv = self.base_mv[phase] + effect * self.k_mv_kw // 1000000
        return (u_mv + self.step_mv // 2) // self.step_mv * self.step_mv

    def seconds(self, n):
        for _ in range(n):
            u = [self.voltage(phase) for phase in range(3)]
            self.sample.u_ln_mv[:] = u
            self.unit.step(1000, self.sample, True)
            assert sum(self.unit.legs_w) == 0
        return u


def scenario_each_of_the_six_ways_and_both_phase_orders_are_found_and_used():
    # 216 V comes back to 213.9 + 8 = 221.9 V only with the right legs
    for way in range(6):
        for sense in (-1, 1):
            plant = Wired(balancer(pb_wiring=BY_PROBING), way, sense=sense)
            plant.seconds(300)
            wiring = plant.unit.wiring
            assert wiring.result == FOUND and wiring.found_legs == way
            assert abs(wiring.found_k_mv_kw - 1000) <= 60, wiring.found_k_mv_kw
            assert abs(wiring.found_angle_deg - 25 * sense) <= 3, wiring.found_angle_deg
            u = plant.seconds(400)
            assert abs(u[0] - 221900) <= 150, u


def scenario_a_wrong_way_that_is_given_is_found_out_and_the_unit_stays_idle():
    plant = Wired(balancer(pb_legs=0), 4)
    plant.unit.wiring.wanted = True
    plant.seconds(400)
    assert plant.unit.reason == reasons.T_WIRING and plant.unit.alarms & reasons.A_LEGS
    assert plant.unit.legs_w == [0, 0, 0]
    # told what it found, it runs
    plant.unit.configure(parameters(pb_enable=1, pb_legs=4, pb_restart_s=0, pb_s_va=30000,
                                    pb_neutral_pct=300, pb_kq_mv_kvar=0))
    plant.seconds(200)
    assert plant.unit.reason == reasons.T_BAND and not plant.unit.alarms & reasons.A_LEGS


def scenario_what_is_given_and_found_alike_goes_on():
    plant = Wired(balancer(pb_legs=3), 3)
    plant.unit.wiring.wanted = True
    plant.seconds(600)
    assert plant.unit.wiring.result == FOUND and plant.unit.reason == reasons.T_BAND


def scenario_without_any_effect_it_is_undecided_and_idle():
    # a stage that is not connected to this meter's grid
    plant = Wired(balancer(pb_wiring=BY_PROBING), 0, k_mv_kw=0)
    plant.seconds(600)
    assert plant.unit.wiring.result == UNDECIDED
    assert plant.unit.reason == reasons.T_WIRING and plant.unit.legs_w == [0, 0, 0]


def scenario_an_effect_that_no_grid_has_is_refused():
    # 9 V/kW: more than the weakest sound line, as behind a lost neutral
    plant = Wired(balancer(pb_wiring=BY_PROBING, pb_probe_w=500), 0, k_mv_kw=9000)
    plant.seconds(300)
    assert plant.unit.wiring.result == UNDECIDED and plant.unit.legs_w == [0, 0, 0]


def scenario_a_meter_of_one_volt_finds_the_legs_but_no_angle():
    plant = Wired(balancer(pb_wiring=BY_PROBING), 5, step_mv=1000)
    plant.seconds(600)
    assert plant.unit.wiring.result == FOUND and plant.unit.wiring.found_legs == 5
    assert plant.unit.wiring.found_angle_deg == 0


def scenario_probing_waits_until_the_transfer_is_zero():
    plant = Wired(balancer(), 0)
    plant.seconds(300)
    assert plant.unit.transfer_w[0] > 3000
    plant.unit.wiring.wanted = True
    plant.seconds(5)
    assert plant.unit.reason == reasons.T_PROBING and not plant.unit.wiring.running()
    plant.seconds(6)
    assert plant.unit.wiring.running() and max(plant.unit.legs_w) == 0
    plant.seconds(5)
    assert sorted(plant.unit.legs_w) == [-1000, 0, 1000]


def scenario_a_probe_keeps_the_rating():
    # 3 kVA with equal legs: 1 kVA each, and root 3 of a leg's current in the neutral
    plant = Wired(balancer(pb_wiring=BY_PROBING, pb_s_va=3000, pb_neutral_pct=100,
                           pb_probe_w=5000), 0)
    most = 0
    for _ in range(60):
        plant.seconds(1)
        most = max(most, max(plant.unit.legs_w))
    assert 400 <= most <= 577, most


def scenario_lost_data_end_a_run_and_it_begins_anew():
    plant = Wired(balancer(pb_wiring=BY_PROBING), 2)
    plant.seconds(20)
    assert plant.unit.wiring.running()
    plant.unit.step(1000, plant.sample, False)
    assert not plant.unit.wiring.running() and plant.unit.legs_w == [0, 0, 0]
    plant.seconds(300)
    assert plant.unit.wiring.result == FOUND and plant.unit.wiring.found_legs == 2


def scenario_the_result_survives_a_power_cut():
    rig = Rig(pb_wiring=BY_PROBING)
    wiring = rig.box.balancer.wiring
    wiring.result, wiring.found_legs = FOUND, 4
    wiring.found_k_mv_kw, wiring.found_angle_deg = 720, -21
    values = [0] * rig.box.snapshot_size()
    rig.box.snapshot(values)
    fresh = Rig(pb_wiring=BY_PROBING)
    assert fresh.box.balancer.wiring.result == IDLE
    assert fresh.box.restore(values)
    assert fresh.box.balancer.wiring.legs == 4 and fresh.box.balancer.gain.k_mv_kw == 720
    assert not fresh.box.balancer.wiring.must_probe()
