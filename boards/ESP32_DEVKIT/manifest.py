# The whole application frozen into the image, the device profiles as a module, and of the port's
# modules only what mounts the file system: no web prompt, no downloads, no radio toys.
# build/frozen is made by scripts/make_firmware.py.
freeze("$(BOARD_DIR)/../boot/esp32", "_boot.py")
freeze("$(PORT_DIR)/modules", "flashbdev.py")
package("phaseward", base_path="$(BOARD_DIR)/../../firmware")
package("phaseward", base_path="$(BOARD_DIR)/../../build/frozen")
module("main.py", base_path="$(BOARD_DIR)/../../firmware")
