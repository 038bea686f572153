"""Device fleets: everything that draws or feeds power at the ports of the grid.

A fleet holds *all* devices of one kind in numpy arrays, so that one call per step serves
them all. Units are SI floats: V, W, var, A, s, Wh where the name says so. Consumption is
positive, generation negative. A port is one two-terminal connection of the reduced grid
(phase to neutral, or phase to phase); a three-phase device occupies three ports.

The interface of every fleet (class `fleet.Fleet`):

`ports`
    int array of indices into the solver's ports: shape (n,) for one-port devices or
    (n, 3) for three-phase ones, in the order L1, L2, L3. -1 marks a phase not connected.
    Several devices, of one fleet or of several, may share a port: powers add up.
`demand(t_s, dt_s, u_v, p_w, q_var) -> None`
    Power drawn during the step [t_s, t_s + dt_s). `u_v` holds the voltage magnitude across
    every port of the grid in V, from the solution of the previous step (at the first step
    the nominal voltage). The fleet *adds* its active power to `p_w` in W and its reactive
    power to `q_var` in var (both one entry per port of the grid); it never overwrites them.
    It advances its own state (energy, temperature, timers) by dt_s. Times must not go
    backwards; gaps are errors only where a fleet says so.
`band_pu`
    (low, high) voltage band in per unit of `U_NOM_V` inside which the device holds constant
    power; outside it behaves as a constant impedance (the solver's law per port).
`observe() -> dict[str, ndarray]`
    States worth recording, keyed by name with unit, one entry per device. The arrays are
    live views: copy what must be kept.
`limit_power(index, limit_w)`
    Fleets of controllable loads: a consumption limit for one device, in W (inf or None = no
    limit). How a limit becomes a current or a lock is the device's own business.

What happens at the device's edge (a write to a Modbus wallbox, the lock contact of a heat
pump, the set-points of a balancer stage) is documented at each fleet. Randomness comes only
from the seed given to a constructor or generator, so that a run repeats exactly.
"""

from .fleet import U_NOM_V, Fleet

__all__ = ["U_NOM_V", "Fleet"]
