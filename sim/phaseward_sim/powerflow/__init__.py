"""Power flow of four-wire networks, reduced to the ports where devices connect.

    grid = Grid(network, ports, observers)      # caches one reduced model per switch/tap state
    session = PowerFlow(grid, Law(0.8, 1.2))    # or PowerFlow(reduce(network, ports))
    v = session.step(p_w, q_var, source_pu, t_s)    # (P,) complex port voltages
    u = session.observe()                           # (O,) complex observer voltages
    i = session.i_a                                 # (P,) complex consumed currents
    session.change(GridState.of(open_conductors={"l3": (3,)}, taps={"t": -1}))
    many = solve_batch(model, p_w, q_var)           # p_w (S, P) -> many.v (S, P)
    flows = Flows(session.model, lines=["l1"])      # from phaseward_sim.powerflow.flows
    flows.read(session.inputs).line_current_a       # (L, 4) by conductor

Ports are (bus, from_conductor, to_conductor); p_w, q_var are arrays (P,) in the ports' order,
consumption positive, in W and var. Several devices at one place add up on one port; a three-phase
device takes three ports. source_pu scales the sources' EMFs: a number, one per source, or one per
source and phase. Voltages are complex RMS in V.

Bad shapes and values that are not finite raise ValueError, impossible networks and states
NetworkError, steps without a solution PowerFlowError (attributes t_s, bus, reason).
"""

from phaseward_sim.powerflow.batch import BatchSolution, solve_batch
from phaseward_sim.powerflow.errors import PowerFlowError
from phaseward_sim.powerflow.grid import Grid
from phaseward_sim.powerflow.law import Law
from phaseward_sim.powerflow.ports import Port
from phaseward_sim.powerflow.reduction import PortModel, reduce
from phaseward_sim.powerflow.session import PowerFlow, Solution, solve
from phaseward_sim.powerflow.state import AS_BUILT, GridState

__all__ = [
    "AS_BUILT", "BatchSolution", "Grid", "GridState", "Law", "Port", "PortModel", "PowerFlow",
    "PowerFlowError", "Solution", "reduce", "solve", "solve_batch",
]
