"""Fetch what MicroPython's rp2 port is built from: pinned source packages, checked, put together.

MicroPython's own package leaves out the Pico SDK and TinyUSB; the same suite has both as packages
of their sources. mbedtls, left out too, is not needed: the box speaks no TLS, and security updates
would replace the package, so that its bytes could not be pinned.
Needs apt-get and dpkg-deb, but no root. Failure: SetupError says what is missing.

    python scripts/rp2_sources.py CHECKOUT

makes in a user's own checkout of MicroPython 1.25 what is corrected or added for every board: the
tool that freezes, and objects of frozen code in flash. What is there already is left.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import source_package
from source_package import SetupError

ROOT = Path(__file__).resolve().parents[1]
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
# Our own files in MicroPython's folders, and where they are called: functions and classes of
# frozen code have their objects in flash.
OURS = ROOT / "scripts" / "into_micropython"
ADDED = {"frozen_objects.py": "tools", "frozenobjects.h": "py"}
CALLS = (
    ("tools/mpy-tool.py", "import struct\n", "import struct\nimport frozen_objects\n"),
    ("tools/mpy-tool.py", "    # add to qstrs\n",
     "    made = frozen_objects.plan(compiled_modules, sys.modules[__name__])\n"
     "    # add to qstrs\n"),
    ("tools/mpy-tool.py", "    print('#include \"py/nativeglue.h\"')\n",
     "    print('#include \"py/nativeglue.h\"')\n    print('#include \"py/frozenobjects.h\"')\n"),
    ("tools/mpy-tool.py", "    # Print separator, separating individual modules",
     "    frozen_objects.write(made, sys.modules[__name__])\n"
     "    # Print separator, separating individual modules"),
    ("tools/mpy-tool.py", "        # Generate mp_raw_code_t.\n",
     "        if hasattr(self, \"rom_index\"):\n"
     "            print(\"#define proto_fun_%s mp_rom_funs[%u]\" % "
     "(self.escaped_name, self.rom_index))\n"
     "            return\n"
     "        # Generate mp_raw_code_t.\n"),
    ("tools/mpy-tool.py", "        # generate constant objects\n        print()\n"
     "        print(\"// constants\")\n        obj_refs = []\n",
     "        # generate constant objects\n        print()\n"
     "        print(\"// constants\")\n        obj_refs = self.obj_refs = []\n"),
    # The object of a frozen module is the one its functions refer to, not one on the heap.
    ("tools/mpy-tool.py", '        print("    .proto_fun = &proto_fun_%s," % '
     'self.raw_code.escaped_name)\n',
     '        print("    .proto_fun = &proto_fun_%s," % self.raw_code.escaped_name)\n'
     '        print("    .context = %s," % frozen_objects.context(self))\n'),
    ("py/bc.h", "    const void *proto_fun;\n} mp_frozen_module_t;\n",
     "    const void *proto_fun;\n    mp_module_context_t *context;\n} mp_frozen_module_t;\n"),
    ("py/builtinimport.c", "    module_obj = mp_obj_new_module(full_mod_name);\n"
     "    nlr_jump_callback_node_unregister_module_t ctx;\n",
     "    module_obj = mp_obj_new_module(full_mod_name);\n"
     "    #if MICROPY_MODULE_FROZEN_MPY\n"
     "    module_obj = mp_rom_module(module_obj, full_mod_name, stat, &path);\n"
     "    #endif\n"
     "    nlr_jump_callback_node_unregister_module_t ctx;\n"),
    ("py/builtinimport.c", "// Load a module at the specified absolute path, possibly as a "
     "submodule of the given outer module.\n", """\
#if MICROPY_MODULE_FROZEN_MPY
// The object that the functions in flash of the module at `path` refer to, in place of `made`.
static mp_obj_t mp_rom_module(mp_obj_t made, qstr name, mp_import_stat_t stat, vstr_t *path) {
    const size_t prefix_len = strlen(MP_FROZEN_PATH_PREFIX);
    const char *file = vstr_null_terminated_str(path);
    int kind = MP_FROZEN_NONE;
    void *frozen = NULL;
    if (stat == MP_IMPORT_STAT_FILE && strncmp(file, MP_FROZEN_PATH_PREFIX, prefix_len) == 0) {
        mp_find_frozen_module(file + prefix_len, &kind, &frozen);
    }
    mp_module_context_t *context = kind == MP_FROZEN_MPY
        ? ((const mp_frozen_module_t *)frozen)->context : NULL;
    if (context == NULL) {
        return made;
    }
    *context = *(mp_module_context_t *)MP_OBJ_TO_PTR(made);
    mp_obj_dict_store(MP_OBJ_FROM_PTR(&MP_STATE_VM(mp_loaded_modules_dict)),
        MP_OBJ_NEW_QSTR(name), MP_OBJ_FROM_PTR(context));
    m_del_obj(mp_module_context_t, MP_OBJ_TO_PTR(made));
    return MP_OBJ_FROM_PTR(context);
}
#endif

// Load a module at the specified absolute path, possibly as a submodule of the given outer module.
"""),
    ("py/emitglue.c", '#include "py/profile.h"\n',
     '#include "py/profile.h"\n#include "py/frozenobjects.h"\n'),
    ("py/emitglue.c", "    #if MICROPY_MODULE_FROZEN_MPY\n"
     "    if (mp_proto_fun_is_bytecode(proto_fun)) {\n",
     "    #if MICROPY_MODULE_FROZEN_MPY\n"
     "    mp_obj_t rom_fun = mp_rom_make_fun(proto_fun, context);\n"
     "    if (rom_fun != MP_OBJ_NULL) {\n"
     "        return rom_fun;\n"
     "    }\n"
     "    if (mp_proto_fun_is_bytecode(proto_fun)) {\n"),
    ("py/modbuiltins.c", '#include "py/stream.h"\n',
     '#include "py/stream.h"\n#include "py/frozenobjects.h"\n'),
    ("py/modbuiltins.c", "    mp_obj_t class_locals = mp_obj_new_dict(0);\n"
     "    mp_locals_set(MP_OBJ_TO_PTR(class_locals));\n\n"
     "    // call the class code\n"
     "    mp_obj_t cell = mp_call_function_0(args[0]);\n",
     "    mp_obj_t class_locals = MP_OBJ_NULL;\n"
     "    mp_obj_t cell = mp_const_none;\n"
     "    #if MICROPY_MODULE_FROZEN_MPY\n"
     "    class_locals = mp_rom_class_dict(args[0]);\n"
     "    #endif\n"
     "    if (class_locals == MP_OBJ_NULL) {\n"
     "        class_locals = mp_obj_new_dict(0);\n"
     "        mp_locals_set(MP_OBJ_TO_PTR(class_locals));\n\n"
     "        // call the class code\n"
     "        cell = mp_call_function_0(args[0]);\n"
     "    }\n"),
    ("py/gc.c", '#include "py/gc.h"\n', '#include "py/gc.h"\n#include "py/frozenobjects.h"\n'),
    ("py/gc.c", "    #if MICROPY_ENABLE_PYSTACK\n"
     "    // Trace root pointers from the Python stack.\n",
     "    #if MICROPY_MODULE_FROZEN_MPY\n"
     "    gc_collect_root((void **)mp_rom_contexts,\n"
     "        mp_rom_contexts_len * sizeof(mp_module_context_t) / sizeof(void *));\n"
     "    #endif\n\n"
     "    #if MICROPY_ENABLE_PYSTACK\n"
     "    // Trace root pointers from the Python stack.\n"),
)


def prepare(folder: Path) -> Path:
    """The source tree in `folder`, made where it is not there yet as it must be."""
    tree, stamp = folder / "micropython", folder / "made-from"
    wanted = _made_from()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print("firmware: downloading the sources", flush=True)
        _put_together(folder, tree)
        stamp.write_text(wanted)
    return tree


def add_ours(tree: Path) -> None:
    for name, target in ADDED.items():
        shutil.copy(OURS / name, tree / target / name)


def correct(tree: Path) -> list[str]:
    """Corrects a user's checkout; returns the files that were changed. SetupError: nothing was."""
    wanted = [edit for edit in EDITS + CALLS if not edit[0].startswith("ports/")]
    texts = {path: (tree / path).read_text() for path, _, _ in wanted}
    before = dict(texts)
    for path, old, new in wanted:
        if new not in before[path]:
            texts[path] = _edited(path, texts[path], old, new, "there")
    add_ours(tree)
    changed = [path for path in texts if texts[path] != before[path]]
    for path in changed:
        (tree / path).write_text(texts[path])
    return changed


def _made_from() -> str:
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in ADDED:
        digest.update((OURS / name).read_bytes())
    return digest.hexdigest()


def _put_together(folder: Path, tree: Path) -> None:
    downloads = folder / "downloads"
    downloads.mkdir()
    tarball, version = source_package.fetch(downloads, tuple(PACKAGES))
    shutil.unpack_archive(tarball, folder / "unpacked")
    next((folder / "unpacked").iterdir()).rename(tree)
    for file, sha256, name in PACKAGES.values():
        _fill(tree / "lib" / name, downloads / file, sha256, folder / "unpacked", name)
    (tree / "lib/micropython-lib/README.md").touch()  # the build looks for this one file of it
    add_ours(tree)
    for path, old, new in EDITS + CALLS:
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
    path.write_text(_edited(path.name, path.read_text(), old, new, version))


def _edited(name: str, text: str, old: str, new: str, version: str) -> str:
    if old not in text:
        raise SetupError(f"MicroPython {version}: {name} has no {old.strip()!r}")
    return text.replace(old, new)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not (Path(arguments[0]) / "py/mpconfig.h").exists():
        print("usage: python scripts/rp2_sources.py CHECKOUT (of MicroPython 1.25)")
        return 2
    try:
        changed = correct(Path(arguments[0]))
    except SetupError as error:
        print(f"nothing was changed: {error}", file=sys.stderr)
        return 1
    print("\n".join(changed) or "all was there already")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
