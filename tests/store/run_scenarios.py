"""Runs functions of scenario modules on MicroPython: one line per case, exit code 1 on failure.

Usage: micropython run_scenarios.py FIRMWARE_FOLDER TESTS_FOLDERS MODULE[:FUNCTION]...
TESTS_FOLDERS are separated by colons. Prints `ok NAME RESULT` or `FAIL NAME`.
"""

import sys

sys.path[:0] = [sys.argv[1]] + sys.argv[2].split(":")
PREFIXES = ("scenario_", "cuts_")


def cases(spec):
    name, _, only = spec.partition(":")
    module = __import__(name)
    for case in sorted(dir(module)):
        if case.startswith(PREFIXES) and only in ("", case):
            yield case, getattr(module, case)


def failed(case, function):
    try:
        result = function()
    except Exception as error:
        print("FAIL", case)
        sys.print_exception(error)
        return 1
    print("ok", case, result)
    return 0


sys.exit(1 if sum(failed(*case) for spec in sys.argv[3:] for case in cases(spec)) else 0)
