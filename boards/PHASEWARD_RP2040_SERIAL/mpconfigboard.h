// The control box with its console on UART 1 (115200 8N1) instead of USB: for enclosures without a
// USB socket, and for emulators that know no USB. The LED gives its pin to the console.
#define MICROPY_HW_BOARD_NAME          "Phaseward control box, serial console"

// Flash: 704 KB for the image, two slots of 352 KB that are executed in place, 640 KB of files.
#define MICROPY_HW_ROMFS_BYTES         (704 * 1024)
#define MICROPY_HW_FLASH_STORAGE_BYTES (640 * 1024)

#define MICROPY_HW_ENABLE_UART_REPL    (1)
#define MICROPY_HW_ENABLE_USBDEV       (0)

#define MICROPY_PY_CRYPTOLIB           (0)
#define MICROPY_PY_THREAD              (0)
