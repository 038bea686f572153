# Nothing that the board lacks, and no library that the host would have to install.
# 32 or 64 bit is decided by the caller: MICROPY_FORCE_32BIT=1 must be on make's command line.
MICROPY_PY_BTREE = 0
MICROPY_PY_FFI = 0
MICROPY_PY_SSL = 0
MICROPY_SSL_MBEDTLS = 0
MICROPY_PY_THREAD = 0

FROZEN_MANIFEST ?= $(VARIANT_DIR)/manifest.py
