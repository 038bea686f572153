"""The `phaseward` command: what people at a desk use to simulate, compare and report."""

import os

# Before numpy is loaded: the grid's matrices are small, a second BLAS thread gains nothing and
# takes the core that MicroPython or another run needs. A user's own setting stays.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
