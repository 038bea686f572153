# What the control box freezes, to the file.
include("$(BOARD_DIR)/../PHASEWARD_RP2040/manifest.py")
