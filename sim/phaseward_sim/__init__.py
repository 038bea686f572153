"""The grid simulator: network, power flow, devices, meters, scenarios, engine, results."""

from .blas import use_one_thread
from .compiled_core import use_if_wanted

use_one_thread()
use_if_wanted()
