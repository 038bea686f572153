"""Series impedance and capacitance matrices of lines, in ohm/km and nF/km.

Conductors are ordered a, b, c, n. Every series matrix is with earth return (Carson), so that
voltages are to local earth and electrodes can be put anywhere.
"""

import math

import numpy as np

from phaseward_sim.network.errors import NetworkError

F_NOMINAL_HZ = 50.0
EARTH_RESISTIVITY_OHM_M = 100.0
ALPHA_AL_PER_K = 0.00403  # IEC 60889 (hard-drawn aluminium), as pandapower's std types use it
H_PER_KM = 2e-4  # mu_0 / (2 pi), H/km


def earth_resistance_ohm_per_km(f_hz: float = F_NOMINAL_HZ) -> float:
    """Earth-return term pi^2 * f * 1e-4 of the simplified Carson equations (0.0493 at 50 Hz)."""
    return math.pi**2 * f_hz * 1e-4


def earth_depth_m(f_hz: float = F_NOMINAL_HZ, rho_ohm_m: float = EARTH_RESISTIVITY_OHM_M) -> float:
    """Equivalent depth of the earth return, 658.5 * sqrt(rho / f) m (Carson; 931 m here)."""
    return 658.5 * math.sqrt(rho_ohm_m / f_hz)


def at_temperature(r20_ohm_per_km: float, temperature_c: float, alpha=ALPHA_AL_PER_K) -> float:
    """Resistance in ohm/km at a conductor temperature in degrees Celsius."""
    return r20_ohm_per_km * (1.0 + alpha * (temperature_c - 20.0))


def carson(r_ohm_per_km, gmr_m, xy_m, f_hz: float = F_NOMINAL_HZ) -> np.ndarray:
    """Series impedance (n, n) in ohm/km of n parallel conductors with earth return.

    r_ohm_per_km: (n,), gmr_m: (n,), xy_m: (n, 2) positions. Simplified Carson equations
    (Kersting, Distribution System Modeling and Analysis, ch. 4, in SI units).
    """
    xy = np.asarray(xy_m, float)
    distance = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(distance, gmr_m)
    if not np.all(distance > 0.0):
        raise NetworkError("conductors coincide: every distance and GMR must be above 0 m")
    x = 2 * math.pi * f_hz * H_PER_KM * np.log(earth_depth_m(f_hz) / distance)
    return np.diag(r_ohm_per_km) + earth_resistance_ohm_per_km(f_hz) + 1j * x


def four_core(r_ohm_per_km, x1_ohm_per_km, gmr_m, neutral_r_ohm_per_km=None) -> np.ndarray:
    """4x4 of a four-core cable, cores on a square a-b-c-n in turn, side set by the catalogue's x1.

    Cores keep their neighbours along a stranded cable, so a-b and b-c are near and a-c far: the
    positive-sequence mean is the catalogue's x1 exactly, and the asymmetry is kept.
    """
    gmd_m = gmr_m * math.exp(x1_ohm_per_km / (2 * math.pi * F_NOMINAL_HZ * H_PER_KM))
    side_m = gmd_m / 2 ** (1 / 6)
    xy = side_m * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    r_n = r_ohm_per_km if neutral_r_ohm_per_km is None else neutral_r_ohm_per_km
    return carson([r_ohm_per_km] * 3 + [r_n], [gmr_m] * 4, xy)


def four_wire(r1, x1, r0=None, x0=None, r_n=None, gmd_m=0.02) -> np.ndarray:
    """4x4 in ohm/km from sequence data, as importers have it (all arguments ohm/km).

    r1, x1: positive sequence. r0, x0: zero sequence with the return in the fourth conductor
    (IEC 60909-2); without them the neutral is a conductor like the phases (z0 = 4 z1), or one of
    resistance r_n. gmd_m sets only the level common to all conductors (mutual with earth).
    """
    if not (r1 > 0.0 and x1 >= 0.0):
        raise NetworkError(f"r1={r1}, x1={x1} ohm/km: expected r1 > 0 and x1 >= 0")
    if (r0 is None) != (x0 is None):
        raise NetworkError("r0 and x0 belong together: give both or neither")
    z1 = complex(r1, x1)
    own_n = complex(r1 if r_n is None else r_n, x1)
    if r0 is not None:
        own_n = (complex(r0, x0) - z1) / 3.0
    if own_n.real <= 0.0:
        raise NetworkError(f"neutral resistance {own_n.real:.4g} ohm/km from r0={r0}, r1={r1}: "
                           "must be above 0")
    mutual = carson([0.0], [gmd_m], [(0.0, 0.0)])[0, 0]
    return mutual + np.diag([z1, z1, z1, own_n])


def three_wire(r1, x1, r0, x0) -> np.ndarray:
    """3x3 in ohm/km of a transposed line of sequence impedances z1, z0 (neutral folded in)."""
    return circulant(complex(r1, x1), complex(r0, x0))


def circulant(z1: complex, z0: complex) -> np.ndarray:
    """3x3 phase matrix with sequence impedances z1 = z2 and z0."""
    return np.full((3, 3), (z0 - z1) / 3.0) + z1 * np.eye(3)


def positive_sequence(z: np.ndarray) -> complex:
    """z1 of the phase part of a matrix (self minus mutual, averaged over the phases)."""
    phases = z[:3, :3]
    mutual = (phases.sum() - np.trace(phases)) / 6.0
    return np.trace(phases) / 3.0 - mutual


def neutral_return(z: np.ndarray) -> complex:
    """z0 of a 4x4 with all return in the neutral: sum of phases + 3 z_nn - 6 z_pn."""
    phases = z[:3, :3].sum() / 3.0
    return phases + 3.0 * z[3, 3] - z[:3, 3].sum() - z[3, :3].sum()


def four_core_capacitance(c1_nf_per_km: float, to_earth_share: float = 0.5) -> np.ndarray:
    """4x4 nodal capacitance in nF/km from the positive-sequence value c1 = c0 + 4 c_m.

    The share to earth (half) is an assumption for unscreened plastic cable (unverified): it moves
    voltages by millivolts, and decides only where a conductor that nothing else holds floats.
    """
    c0 = to_earth_share * c1_nf_per_km
    mutual = (c1_nf_per_km - c0) / 4.0
    return np.full((4, 4), -mutual) + np.diag([c0 + 4.0 * mutual] * 4)
