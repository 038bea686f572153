"""The image's bytes depend on its sources alone, and it holds what the board has room for."""

import pytest
from image.conftest import make_firmware

pytestmark = pytest.mark.slow


def test_a_second_build_elsewhere_has_the_same_bytes(image, tmp_path):
    make_firmware(tmp_path / "again")
    assert (tmp_path / "again" / "firmware.bin").read_bytes() == image.path.read_bytes()


def test_the_image_leaves_the_file_system_its_room(image):
    assert image.path.stat().st_size < image.storage_at
