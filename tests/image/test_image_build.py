"""The image's bytes depend on its sources alone, and it holds what the board has room for."""

import shutil

import pytest
from image.conftest import ROOT, make_firmware

pytestmark = pytest.mark.slow


def test_a_build_from_a_users_own_checkout_elsewhere_has_the_same_bytes(image, tmp_path):
    """The checkout is MicroPython 1.25.0 as we pin and correct it, in a folder of its own."""
    tree = tmp_path / "micropython"
    shutil.copytree(ROOT / "build" / "micropython-rp2" / "micropython", tree, symlinks=True)
    told = make_firmware(tmp_path / "again", MICROPYTHON_DIR=str(tree))
    assert "warning" not in told
    assert (tmp_path / "again" / "firmware.bin").read_bytes() == image.path.read_bytes()


def test_the_image_names_the_micropython_it_is_made_of(image):
    """And not the commit of the folder around it, which would change the bytes."""
    assert b"MicroPython v1.25.0 on 2025-04-18" in image.path.read_bytes()


def test_the_image_leaves_the_file_system_its_room(image):
    assert image.path.stat().st_size < image.rom_at
