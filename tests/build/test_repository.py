"""The repository speaks of itself alone: no package host, no path of one machine, plain pins."""

import re
import tomllib

import phaseward

# Written in pieces, so that this file does not hold what it forbids.
HOSTS = ["pypi" + ".org", "python" + "hosted", "npm" + "js.", "debian" + ".org", "ubuntu" + ".com"]
HOSTS += ["crates" + ".io", "conda." + "anaconda"]
INDEX_OPTIONS = ["index" + "-url", "find" + "-links", "trusted" + "-host"]
ONE_MACHINE = re.compile(r"(?<![\w.~-])/(?:" + "|".join(["work", "root", "home"]) + r")/[\w.-]")
OUTSIDE = "../" + "shared"
BINARY = {".png", ".svg", ".gz", ".xz", ".parquet", ".woff2"}


def breaches(text: str, root: str) -> list[str]:
    found = [word for word in [*HOSTS, *INDEX_OPTIONS, OUTSIDE, root] if word in text]
    return found + ONE_MACHINE.findall(text)


def test_no_file_names_a_package_host_or_this_machine(root, files):
    wrong = {}
    for path in files:
        if path.suffix not in BINARY:
            text = (root / path).read_text(errors="replace")
            wrong[str(path)] = breaches(text, str(root))
    wrong = {path: found for path, found in wrong.items() if found}
    assert not wrong, wrong


def test_the_check_sees_a_host_and_a_path():
    assert breaches("see https://" + HOSTS[0] + "/x", "/nowhere/else") == [HOSTS[0]]
    assert breaches("open('" + "/ho" + "me/me/file')", "/nowhere/else") != []
    assert breaches("a path like build/home/x or ~/work/x", "/nowhere/else") == []


def test_constraints_are_names_and_versions_only(root):
    lines = (root / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    wrong = [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    assert pins and not wrong, wrong


def test_every_direct_dependency_is_pinned(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {normal(re.match(r"[\w.-]+", line).group()) for line in wanted}
    lines = (root / "constraints.txt").read_text().splitlines()
    pinned = {normal(line.split("==")[0]) for line in lines if not line.startswith("#")}
    assert names <= pinned, names - pinned


def test_firmware_and_distribution_have_one_version(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["version"] == phaseward.VERSION


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
