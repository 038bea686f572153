# The whole application frozen into the image, the device profiles as a module, and of the port's
# modules only what mounts the file system: no web prompt, no downloads, no radio toys.
# build/frozen is made by scripts/make_firmware.py.
freeze("$(PORT_DIR)/modules", ("_boot.py", "flashbdev.py", "inisetup.py"))
package("phaseward", base_path="$(BOARD_DIR)/../../firmware")
package("phaseward", base_path="$(BOARD_DIR)/../../build/frozen")
module("main.py", base_path="$(BOARD_DIR)/../../firmware")
