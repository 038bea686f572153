"""Hypothesis strategies: parameters and histories that a box may meet, extremes included."""

from hypothesis import strategies as st

from phaseward.core.sample import INVALID, OK, STALE
from phaseward.store import parameters as table

EDGE_MV = (0, 1, 183999, 184000, 206999, 213899, 230000, 246101, 264501, 400000, 600000)


def one_of_edges(low, high, edges):
    return st.one_of(st.sampled_from(edges), st.integers(low, high))


def row_values(row):
    """Values the table permits, its ends often."""
    low, high, step = row[table.MIN], row[table.MAX], row[table.STEP]
    steps = (high - low) // step
    index = st.one_of(st.just(0), st.just(steps), st.integers(0, steps))
    return index.map(lambda i: low + i * step)


def row_is_number(row):
    return row[table.TYPE] != "text"


def core_parameters(**fixed):
    """A complete set: every parameter of the core anything it may be, except those given."""
    rows = {r[table.ID]: r for r in table.rows()}
    free = {name: row_values(r) for name, r in rows.items()
            if name[:2] in ("bl", "pb", "ps", "pq", "sy", "l1", "l2", "l3", "l4", "fi")
            and row_is_number(rows[name]) and name not in fixed}
    given = {name: st.just(value) for name, value in fixed.items()}
    return st.fixed_dictionaries({**free, **given})


voltages = st.lists(one_of_edges(0, 600000, EDGE_MV), min_size=3, max_size=3)
near_voltages = st.lists(st.integers(195000, 255000), min_size=3, max_size=3)
powers = st.lists(one_of_edges(-100000, 100000, (0, 11000)), min_size=3, max_size=3)
states = st.sampled_from((OK, OK, OK, STALE, INVALID))

# What users and their devices tell: minute of the day, car there, its Wh, mK below the set-point.
needs = st.tuples(
    st.integers(-1, 1439), st.integers(-1, 1), one_of_edges(-1, 300000, (-1, 0, 27000)),
    one_of_edges(-1000000, 5000, (-1000000, 0, 1001)))

# What stays the same for a while: how many steps, ms between them, what the meter shows.
segments = st.fixed_dictionaries({
    "steps": st.integers(1, 40),
    "elapsed_ms": st.sampled_from((0, 1000, 1000, 5000, 30000, 60000, 700000)),
    "u_mv": st.one_of(voltages, near_voltages),
    "line_mv": st.lists(one_of_edges(0, 700000, (398372,)), min_size=3, max_size=3),
    "p_w": powers,
    "u_state": states,
    "line_state": states,
    "p_state": states,
    "actual_w": st.none() | powers,
    "remote_w": st.integers(-1, 20000),
    "contact": st.booleans(),
    "needs": st.none() | needs,
})


# Minutes of one kind for the blocking law: how many, voltage of all phases in V, data or none.
blocks_of_minutes = st.lists(
    st.tuples(st.integers(1, 240), st.sampled_from((200, 208, 222, 226, 229, 231, 236)),
              st.sampled_from((True, True, True, False))),
    min_size=1, max_size=25)
