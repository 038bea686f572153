"""Fetch MicroPython's source from the distribution's own mirror, pinned and checked.

A private apt configuration names one suite of the mirror that the system itself uses, so nothing
in /etc/apt changes and no package of that suite can be installed by mistake. Needs apt-get, but
no root.
"""

import hashlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

OS_RELEASE = Path("/etc/os-release")
APT_FOLDER = Path("/etc/apt")


class SetupError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


@dataclass(frozen=True)
class Suite:
    """A suite of a distribution, and the version of MicroPython that it holds."""

    name: str
    component: str
    version: str
    sha256: str

    @property
    def tarball(self) -> str:
        return f"micropython_{self.version}+ds.orig.tar.xz"


# Long-lived suites, whatever release the system itself is: their packages stay on the mirrors.
SUITES = {
    "debian": Suite(
        name="trixie",
        component="main",
        version="1.25.0",
        sha256="7b25be99a502f070b2de81dafc08da7051d992325d6e67daa9045a918fffdbea",
    ),
    "ubuntu": Suite(
        name="resolute",
        component="universe",
        version="1.26.1",
        sha256="f5ad2ec89d3e921f753d448955af98b6005655f84ba26087dde6ba0e8d062f34",
    ),
}


@dataclass(frozen=True)
class Mirror:
    """Where the system takes its packages from, and the keys it trusts for that (may be empty)."""

    uri: str
    signed_by: str


def fetch(folder: Path, packages: tuple[str, ...] = ()) -> tuple[Path, str]:
    """Download into `folder`; returns the checked tarball and its version. Raises SetupError.

    packages: files of binary packages (name=version) to be downloaded too, unchecked
    """
    distribution = os_id(OS_RELEASE.read_text() if OS_RELEASE.exists() else "")
    if distribution not in SUITES:
        raise SetupError(f"no source package of MicroPython is known for {distribution}")
    suite, mirror = SUITES[distribution], find_mirror(APT_FOLDER)
    try:
        _download(mirror, suite, folder, packages)
    except SetupError as error:
        place = f"{mirror.uri}, suite {suite.name}"
        raise SetupError(f"its source could not be downloaded from {place}: {error}") from error
    return _checked(folder / suite.tarball, suite), suite.version


def os_id(os_release: str) -> str:
    """The distribution's ID in the text of /etc/os-release."""
    match = re.search(r'^ID="?([^"\n]+)', os_release, re.MULTILINE)
    return match.group(1) if match else "an unknown system"


def find_mirror(apt_folder: Path) -> Mirror:
    """The system's main mirror, from *.sources (deb822) or one-line *.list files."""
    parts = apt_folder / "sources.list.d"
    for path in sorted(parts.glob("*.sources")):
        for mirror in _deb822_mirrors(path.read_text()):
            return mirror
    for path in [apt_folder / "sources.list", *sorted(parts.glob("*.list"))]:
        for mirror in _one_line_mirrors(path.read_text() if path.exists() else ""):
            return mirror
    raise SetupError(f"{apt_folder} names no package mirror")


def _deb822_mirrors(text: str):
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)
    for stanza in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([\w-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza, re.MULTILINE))
        on = fields.get("Enabled", "yes").strip() != "no"
        if on and _is_main_archive(fields.get("Suites", ""), fields.get("Components", "")):
            yield Mirror(fields["URIs"].split()[0], fields.get("Signed-By", ""))


def _one_line_mirrors(text: str):
    pattern = r"^deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)\s+(.*)$"
    for options, uri, suite, components in re.findall(pattern, text, re.MULTILINE):
        signed_by = re.search(r"signed-by=(\S+)", options)
        if _is_main_archive(suite, components):
            yield Mirror(uri, signed_by.group(1) if signed_by else "")


def _is_main_archive(suites: str, components: str) -> bool:
    """A release's own suite ("bookworm"): no update, security or third-party archive."""
    plain = [suite for suite in suites.split() if not re.search(r"[-/]", suite)]
    return bool(plain) and "main" in components.split()


def _download(mirror: Mirror, suite: Suite, folder: Path, packages: tuple[str, ...]) -> None:
    options = _private_apt(mirror, suite, folder)
    _apt_get([*options, "update"], folder)
    _apt_get([*options, "source", "--download-only", "micropython"], folder)
    if not (folder / suite.tarball).exists():
        raise SetupError(f"it no longer has version {suite.version}")
    if packages:
        _apt_get([*options, "download", *packages], folder)


def _checked(tarball: Path, suite: Suite) -> Path:
    found = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if found != suite.sha256:
        raise SetupError(f"{tarball.name} has sha256 {found}, expected {suite.sha256}")
    return tarball


def _private_apt(mirror: Mirror, suite: Suite, folder: Path) -> list[str]:
    """Options for an apt-get that knows only `suite` and writes only into `folder`."""
    for part in ("sources", "lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    lines = ["Types: deb deb-src", f"URIs: {mirror.uri}", f"Suites: {suite.name}"]
    lines.append(f"Components: {suite.component}")
    if mirror.signed_by:
        lines.append(f"Signed-By: {mirror.signed_by}")
    (folder / "sources" / "one.sources").write_text("\n".join(lines) + "\n")
    settings = {
        "Dir::Etc::SourceList": "/dev/null",
        "Dir::Etc::SourceParts": folder / "sources",
        "Dir::State::Lists": folder / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",  # apt's own user may not write into our folder
        "APT::Update::Error-Mode": "any",  # an index that cannot be fetched is an error
        "Acquire::Languages": "none",
    }
    return [f"-o{key}={value}" for key, value in settings.items()]


def _apt_get(arguments: list[str], folder: Path) -> None:
    command = ["apt-get", "-q", *arguments]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise SetupError("apt-get is not on PATH") from error
    except subprocess.CalledProcessError as error:
        raise SetupError(reason(error.stderr)) from error


def reason(text: str) -> str:
    """The line of a failed command's output that says why: the first error, else the last."""
    lines = text.strip().splitlines() or ["no reason given"]
    errors = [line for line in lines if re.search(r"^E:|[Ee]rror:", line)]
    return (errors or lines[-1:])[0]
