"""Functions and classes of frozen code have their objects in flash (docs/IMAGE.md)."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from image.conftest import ROOT
from image.image_rig import commissioned

pytestmark = pytest.mark.slow

PROBE = Path(__file__).resolve().parent / "probes" / "frozen.py"
TREE = ROOT / "build" / "micropython-rp2" / "micropython"
SOURCE = """\
MOST = 7
TWICE = 1
TWICE = 2

class Plain:
    limit = 5
    name = "a"
    def one(self, most=MOST, rest=()):
        return lambda: 1
    @property
    def two(self):
        return 2

class Computed:
    limit = MOST + len("ab")

class Rebound:
    limit = TWICE

class Parent(Plain):
    def __init__(self):
        super().__init__()

def given(value=1):
    return value
"""


def test_on_the_chip_they_behave_as_on_the_heap(image, tmp_path):
    """Flash is at 0x10..., RAM at 0x20.... The bucket of one token each 10 s: the first is given
    at once, the next not before 10 s. A module that is imported again begins anew, with the same
    functions, and what was made before goes on."""
    with commissioned(tmp_path, image, extra={"boot.py": PROBE.read_text()}) as rig:
        rig.run(4)
        told = dict(line.split(" ", 2)[1:] for _, line in rig.lines
                    if line.startswith("frozen "))
    assert (told["method"], told["function"]) == ("0x10", "0x10")
    assert told["attribute"] == "refused"
    assert told["taken"] == "(True, False, True)"
    assert told["derived"] == "(2, 0, 10)"
    assert told["again"] == "(False, True, True)"
    assert told["kept"] == "(True, True)"
    assert 0 < int(told["heap"]) <= 800, "two modules and a class, no function and no method"


@pytest.fixture(scope="module")
def tool(image):
    """MicroPython's tool as it is corrected for the image."""
    spec = importlib.util.spec_from_file_location("mpy_tool", TREE / "tools" / "mpy-tool.py")
    made = importlib.util.module_from_spec(spec)
    kept, sys.path = sys.path, [str(TREE / "tools"), str(TREE / "py"), *sys.path]
    try:
        spec.loader.exec_module(made)
    finally:
        sys.path = kept
    made.global_qstrs = made.GlobalQStrList()
    made.config.MICROPY_QSTR_BYTES_IN_HASH = 1  # as the board has it
    return made


def frozen(tool, folder):
    source, compiled = folder / "made.py", folder / "made.mpy"
    source.write_text(SOURCE)
    subprocess.run([TREE / "mpy-cross/build/mpy-cross", "-s", "made.py", "-o", compiled, source],
                   check=True)
    return tool.frozen_objects.plan([tool.read_mpy(str(compiled))], tool)


def test_what_only_a_run_can_tell_is_left_to_the_heap(tool, tmp_path):
    """Of four classes one is in flash; `one` has its default values there, `given` has not."""
    made = frozen(tool, tmp_path)
    assert len(made.classes) == 1
    members = made.classes[0][1]
    assert {name: kind for name, (kind, _) in members.items()} == {
        "__module__": "name", "__qualname__": "name", "limit": "constant", "name": "name",
        "one": "function", "two": "property"}
    assert members["__module__"][1] == "made" and members["limit"][1] == 5
    assert members["one"][1].defaults == (("constant", 7), ("empty", None))
    numbered = [function.code.simple_name.str for function in made.functions]
    assert numbered[0] == "Plain", "bodies of classes in flash come first"
    assert sorted(numbered[1:]) == ["<lambda>", "Computed", "Parent", "Rebound", "__init__",
                                    "two"]


def test_the_table_of_a_class_is_where_micropython_looks(tool, tmp_path, capsys):
    """Six names take eight places; each is found from its hash on before an empty place."""
    made = frozen(tool, tmp_path)
    capsys.readouterr()
    module, members = made.classes[0]
    assert tool.frozen_objects._write_members(0, module, members, tool) == (6, 8)
    lines = capsys.readouterr().out.splitlines()
    at = {line.split("MP_QSTR_")[1].split(")")[0]: int(line.split("[")[1].split("]")[0])
          for line in lines if line.startswith("    [")}
    assert len(at) == 6
    for name, place in at.items():
        begin = tool.qstrutil.compute_hash(name.encode(), 1) % 8
        passed = [(begin + step) % 8 for step in range((place - begin) % 8)]
        assert set(passed) <= set(at.values()) - {place}
