"""The grid simulator: network, power flow, devices, meters, scenarios, engine, results."""

from .blas import use_one_thread

use_one_thread()
