"""The study's minute is the scenario engine's: same devices, same power flow, same counts."""

import numpy as np
import pytest
from sim.fairness.fairness_cases import DAY, people, site

from phaseward_sim.devices.ev import EvFleet, Session
from phaseward_sim.devices.heat_pump import HeatPumpFleet, daily_outdoor
from phaseward_sim.fairness import laws
from phaseward_sim.fairness.loop import TAN_BASE, Loop, Setting
from phaseward_sim.fairness.outcome import figures
from phaseward_sim.fairness.profiles import PROFILES
from phaseward_sim.fairness.pumps import MEAN_C, SWING_K
from phaseward_sim.powerflow import PowerFlow


def bare(setting, *kinds, listen=None):
    pumps = len(setting.seeds[0].pump_home)
    return Loop(setting, lambda cars: [kind([PROFILES["six_a"]], cars, pumps) for kind in kinds],
                len(kinds), listen)


def test_it_agrees_with_the_scenario_engines_devices_and_power_flow():
    homes = people(2, [(0, 1100, 1500, 9000.0), (1, 1130, 2000, 6000.0)],
                   [(0, 11040.0, 7), (1, 3680.0, 2)], base_w=400.0, pumps=[(1, 2500.0, 1)])
    place = site(150.0)
    seen = []
    loop = bare(Setting(place, [homes], 0, 1), laws.Law,
                listen=lambda t, at: seen.append(at.u_v[0, 0].copy()))
    start_c, running = loop.pumps.fleet.room_c.copy(), loop.pumps.fleet.running.copy()
    loop.run()
    engine = engine_voltages(place, homes, start_c, running)
    assert len(seen) == len(engine) == DAY // 2 + DAY
    # The engine's cars hold a current where the study's hold a power, and end within a minute.
    apart = np.abs(np.array(seen) - engine).max(axis=(1, 2))
    assert np.sort(apart)[-6] < 0.3 and np.median(apart) < 0.001
    assert np.array(seen).min() < 225.0
    assert loop.cars.need_wh.sum() == 0.0


def engine_voltages(place, homes, start_c, running):
    """(T, H, 3) of the engine's fleets, minute by minute."""
    ports = np.where(homes.car_phases, place.home_ports[homes.car_home], -1)
    sessions = [Session(int(car), 60.0 * a, 60.0 * d, wh, int(homes.car_phases[car].sum()), 16.0)
                for car, a, d, wh in zip(homes.stay_car, homes.arrive, homes.depart,
                                         homes.need_wh, strict=True)]
    cars = EvFleet(ports, sessions)
    at = np.where(homes.pump_phases, place.home_ports[homes.pump_home], -1)
    pumps = HeatPumpFleet(at, homes.pump_w, daily_outdoor(MEAN_C, SWING_K), homes.loss_w_per_k,
                          homes.capacity_wh_per_k, control_s=60.0)
    pumps.room_c[:], pumps.running[:] = start_c, running
    flow = PowerFlow(place.model)
    v, out = place.model.v0(place.source_pu), []
    for t in range(DAY // 2 + DAY):
        p = homes.base_w[t].ravel().copy()
        q = TAN_BASE * p
        for fleet in (cars, pumps):
            fleet.demand(60.0 * t, 60.0, np.abs(v), p, q)
        v = flow.step(p, q, place.source_pu, 60.0 * t)
        out.append(np.abs(v)[place.home_ports])
    return np.array(out)


def test_household_minutes_are_counted_once_per_home():
    homes = people(2, [(0, 1000, 1030, 11040.0)], [(1, 11040.0, 7)], base_w=0.0)
    loop = bare(Setting(site(700.0, pu=0.95), [homes], 0, 1), laws.Law, laws.NoFlex)
    loop.run()
    found = figures(loop, 0, 0)
    outside = [bool(loop.measures.low10[0, 0, k]) for k in range(2)]
    # 11.04 kW for 30 min far out: all three phases of the last home are low, counted once.
    assert outside[1] and loop.measures.low10[0, 0, 1] == 30
    assert found["low10_min"] == loop.measures.low10[0].sum()
    assert figures(loop, 1, 0)["low10_min"] == 0.0
    assert figures(loop, 1, 0)["comfort_pct"] == 0.0
    assert figures(loop, 1, 0)["missed_kwh"] == pytest.approx(5.52)
    assert found["demanded_min"] == 30.0 and found["blocked_min"] == 0.0


def test_blocked_minutes_are_those_in_which_the_load_wanted_more():
    class Half(laws.Law):
        def aim(self, seen):
            self.u[:] = 0.0 if seen.t < 1010 else 1.0

    homes = people(2, [(0, 1000, 1200, 3680.0)], [(1, 11040.0, 7)])
    loop = bare(Setting(site(10.0), [homes], 0, 1), laws.Law, Half)
    loop.run()
    found = figures(loop, 1, 0)
    # 10 min at 4140 W are 690 Wh, the other 2990 Wh take 16.25 min at full power.
    assert (found["blocked_min"], found["demanded_min"]) == (10.0, 27.0)
    assert found["withheld_min"] == pytest.approx(10 * (1 - 4140 / 11040), rel=1e-4)
    assert found["starts"] == 1.0 and found["comfort_pct"] == 100.0
