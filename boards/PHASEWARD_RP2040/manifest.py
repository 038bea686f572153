# The whole application frozen into the image, the device profiles as a module, and what mounts the
# file system at boot. build/frozen is made by scripts/make_firmware.py.
freeze("$(BOARD_DIR)/../boot/rp2", "_boot.py")
freeze("$(PORT_DIR)/modules", "rp2.py")
package("phaseward", base_path="$(BOARD_DIR)/../../firmware")
package("phaseward", base_path="$(BOARD_DIR)/../../build/frozen")
module("main.py", base_path="$(BOARD_DIR)/../../firmware")
