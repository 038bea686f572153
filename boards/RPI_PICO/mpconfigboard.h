// A bare Raspberry Pi Pico with the same pins as the control box, but nothing that reads its outputs
// back: the cheap way in.
#define MICROPY_HW_BOARD_NAME          "Raspberry Pi Pico as a Phaseward box"

// Flash: 704 KB for the image, two slots of 352 KB that are executed in place, 640 KB of files.
#define MICROPY_HW_ROMFS_BYTES         (704 * 1024)
#define MICROPY_HW_FLASH_STORAGE_BYTES (640 * 1024)

// The box speaks to its bus and over USB. What it cannot use is left out of its image.
#define MICROPY_PY_CRYPTOLIB           (0)
#define MICROPY_PY_THREAD              (0)
