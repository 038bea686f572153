"""Fetch what MicroPython's rp2 port is built from: pinned source packages, checked, put together.

MicroPython's own package leaves out the Pico SDK and TinyUSB; the same suite has both as packages
of their sources. mbedtls, left out too, is not needed: the box speaks no TLS, and security updates
would replace the package, so that its bytes could not be pinned.
Needs apt-get and dpkg-deb, but no root. Failure: SetupError says what is missing.
"""

import hashlib
import shutil
import subprocess
from pathlib import Path

import source_package
from source_package import SetupError

# Package files of the suite beside MicroPython's: name=version -> (file, sha256, folder it fills).
PACKAGES = {
    "pico-sdk-source=2.1.1-1": (
        "pico-sdk-source_2.1.1-1_all.deb",
        "507a3ca37636641bc90239d7c04dc9dc28c5008087a8162102ea94d2273153d3",
        "pico-sdk",
    ),
    "tinyusb-source=0.18.0+dfsg-1": (
        "tinyusb-source_0.18.0+dfsg-1_all.deb",
        "01ce2c645df68f14a8a7dcfc8fb355713152543757955820479a87949a61154e",
        "tinyusb",
    ),
}
# (file of MicroPython, text, what stands there instead): no mbedtls, two faults, frames and stack.
EDITS = (
    ("ports/rp2/CMakeLists.txt", "set(MICROPY_SSL_MBEDTLS ON)\n", ""),
    ("ports/rp2/CMakeLists.txt", "    mbedtls/mbedtls_port.c\n", ""),
    ("ports/rp2/CMakeLists.txt",
     "target_link_libraries(${MICROPY_TARGET} micropy_lib_mbedtls)\n", ""),
    ("ports/rp2/CMakeLists.txt", "list(APPEND GIT_SUBMODULES lib/mbedtls)\n", ""),
    ("ports/rp2/mpconfigport.h", "#define MICROPY_SSL_MBEDTLS                     (1)\n",
     "#define MICROPY_SSL_MBEDTLS                     (0)\n"),
    ("ports/rp2/mpconfigport.h", "#define MICROPY_PY_CRYPTOLIB                    (1)\n", ""),
    ("ports/rp2/mpconfigport.h", "#define MICROPY_PY_HASHLIB_SHA1                 (1)\n", ""),
    # Frozen integers beyond 14 bits would be big ones, and so every result made of them.
    ("tools/mpy-tool.py", "return -0x2000 <= i <= 0x1FFF",
     "return -0x40000000 <= i <= 0x3FFFFFFF"),
    # A call's frame of more than 11 words is put on the heap, where the search for room takes a
    # third of a millisecond once garbage was collected. The stack has room for them.
    ("py/objfun.c", "#define VM_MAX_STATE_ON_STACK (sizeof(mp_uint_t) * 11)",
     "#define VM_MAX_STATE_ON_STACK (sizeof(mp_uint_t) * 16)"),
    # 12 KB of stack instead of 8: with such frames, nested calls of the console and the protocol
    # came to its end. The 4 KB are taken from the heap.
    ("ports/rp2/CMakeLists.txt", "PICO_STACK_SIZE=0x2000", "PICO_STACK_SIZE=0x3000"),
    ("ports/rp2/memmap_mp_rp2040.ld", "__GcHeapEnd = ORIGIN(RAM) + LENGTH(RAM);",
     "__GcHeapEnd = ORIGIN(RAM) + LENGTH(RAM) - 0x1000;"),
    # Frozen native code loads its constants by word; upstream aligns it to half-words only.
    ("tools/mpy-tool.py", "__attribute__ ((aligned (2)))", "__attribute__ ((aligned (4)))"),
)


def prepare(folder: Path) -> Path:
    """The source tree in `folder`, made where it is not there yet as it must be."""
    tree, stamp = folder / "micropython", folder / "made-from"
    wanted = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print("firmware: downloading the sources", flush=True)
        _put_together(folder, tree)
        stamp.write_text(wanted)
    return tree


def _put_together(folder: Path, tree: Path) -> None:
    downloads = folder / "downloads"
    downloads.mkdir()
    tarball, version = source_package.fetch(downloads, tuple(PACKAGES))
    shutil.unpack_archive(tarball, folder / "unpacked")
    next((folder / "unpacked").iterdir()).rename(tree)
    for file, sha256, name in PACKAGES.values():
        _fill(tree / "lib" / name, downloads / file, sha256, folder / "unpacked", name)
    (tree / "lib/micropython-lib/README.md").touch()  # the build looks for this one file of it
    for path, old, new in EDITS:
        _edit(tree / path, old, new, version)
    shutil.rmtree(folder / "unpacked")
    shutil.rmtree(downloads)


def _fill(target: Path, package: Path, sha256: str, folder: Path, name: str) -> None:
    found = hashlib.sha256(package.read_bytes()).hexdigest()
    if found != sha256:
        raise SetupError(f"{package.name} has sha256 {found}, expected {sha256}")
    subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder / "usr/src" / name, target, symlinks=True)


def _edit(path: Path, old: str, new: str, version: str) -> None:
    text = path.read_text()
    if old not in text:
        raise SetupError(f"MicroPython {version}: {path.name} has no {old.strip()!r}")
    path.write_text(text.replace(old, new))
