"""Grid codes of PV inverters as settings.

Values as shipped in Hoymiles' grid profiles (read in the Ahoy project's documentation):
`VDE_AR_N_4105` is the German profile of 2018, `TOR_AUSTRIA` the Austrian one. The standards'
own text was not at hand: unverified where marked. Units: V, s, per unit of the rated power.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InverterSettings:
    """Protection, reconnection and voltage-dependent control of one inverter type.

    q_of_u: (V, share of rated power) points, positive = absorbing (lowers the voltage);
    p_of_u: (V, share of rated power allowed). Empty = off. tau_s: first-order time constant of
    both (unverified: 3 tau = 10 s for Q(U)).
    """

    mean_high_v: float = 253.0
    mean_window_s: float = 600.0
    high_v: float = 287.5
    high_s: float = 0.1
    low_v: float = 184.0
    low_s: float = 3.0
    lowest_v: float = 103.5
    lowest_s: float = 0.3
    reconnect_v: tuple[float, float] = (195.5, 253.0)
    reconnect_s: float = 60.0
    ramp_per_min: float = 0.10
    q_of_u: tuple[tuple[float, float], ...] = ()
    p_of_u: tuple[tuple[float, float], ...] = ()
    tau_s: float = 3.3


_Q_MAX = 0.33  # reactive over rated active power at cos phi 0.95 (unverified for small PV)

VDE_Q_OF_U = ((213.9, -_Q_MAX), (223.1, 0.0), (236.9, 0.0), (246.1, _Q_MAX))
TOR_Q_OF_U = ((211.6, -_Q_MAX), (220.8, 0.0), (241.5, 0.0), (248.4, _Q_MAX))
TOR_P_OF_U = ((253.0, 1.0), (257.6, 0.0))

VDE_AR_N_4105 = InverterSettings()
TOR_AUSTRIA = InverterSettings(mean_high_v=255.3, reconnect_v=(195.5, 250.7),
                               p_of_u=TOR_P_OF_U)
