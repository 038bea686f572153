"""What a run leaves behind: time series, discrete records, measurements, and their files.

Write with a `Recorder` while running, `Recorder.finish()` gives a `Result`, `save()` writes
the folder, `load()` reads it back. SI units, scenario time in seconds since its start.
Nothing here needs the engine or the firmware; a folder that is damaged raises `ResultError`.
"""

from phaseward_sim.results.errors import ResultError, ResultWriteError
from phaseward_sim.results.folder import replaced_folder
from phaseward_sim.results.identity import firmware_hash, mapping_hash, source_version
from phaseward_sim.results.load import find_results, load
from phaseward_sim.results.measurement import Measurement
from phaseward_sim.results.meta import Meta
from phaseward_sim.results.names import BETTER, CUT_SUFFIX, TABLES, table_spec
from phaseward_sim.results.recorder import Recorder
from phaseward_sim.results.records import Alarm, Decision, DecisionLog, Mark, VoltageEvent
from phaseward_sim.results.result import Result
from phaseward_sim.results.save import save
from phaseward_sim.results.table import PHASES, Table, TableSpec

__all__ = [
    "BETTER",
    "CUT_SUFFIX",
    "PHASES",
    "TABLES",
    "Alarm",
    "Decision",
    "DecisionLog",
    "Mark",
    "Measurement",
    "Meta",
    "Recorder",
    "Result",
    "ResultError",
    "ResultWriteError",
    "Table",
    "TableSpec",
    "VoltageEvent",
    "find_results",
    "firmware_hash",
    "load",
    "mapping_hash",
    "replaced_folder",
    "save",
    "source_version",
    "table_spec",
]
