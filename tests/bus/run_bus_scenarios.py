"""Runner of the bus scenarios for MicroPython: one line per case, exit code 1 on failure.

Usage: micropython run_bus_scenarios.py FIRMWARE_FOLDER TESTS_FOLDER MODULE...
"""

import sys

sys.path.insert(0, sys.argv[1])
sys.path.insert(0, sys.argv[2])


def run_module(name):
    module = __import__(name)
    failed = 0
    for case in sorted(dir(module)):
        if case.startswith("scenario_"):
            failed += run_case(case, getattr(module, case))
    return failed


def run_case(case, function):
    try:
        function()
    except Exception as error:
        print("FAIL", case)
        sys.print_exception(error)
        return 1
    print("ok", case)
    return 0


sys.exit(1 if sum(run_module(name) for name in sys.argv[3:]) else 0)
