// The control box: an RP2040 with 2 MB of flash, an RS-485 driver, four relays with read-back, four
// SG-Ready pairs, four contact inputs, a button for the factory reset (pins.csv).
#define MICROPY_HW_BOARD_NAME          "Phaseward control box"

// Flash: 704 KB for the image, two slots of 352 KB that are executed in place, 640 KB of files.
#define MICROPY_HW_ROMFS_BYTES         (704 * 1024)
#define MICROPY_HW_FLASH_STORAGE_BYTES (640 * 1024)

// The box speaks to its bus and over USB. What it cannot use is left out of its image.
#define MICROPY_PY_CRYPTOLIB           (0)
#define MICROPY_PY_THREAD              (0)
