#!/usr/bin/env bash
# Make a virtual environment: make_venv.sh FOLDER. Uses $PYTHON, else the first Python >= 3.11 found.
# Installs Debian's python3-venv where it is missing and may be installed; else says what to do.
set -euo pipefail
folder=$1

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "error: Python 3.11 or newer is needed; found ${PYTHON:-$(python3 --version 2>&1)}." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2
    exit 1
}

has_venv() { "$python" -c 'import ensurepip, venv' 2>/dev/null; }

install_venv() {
    local package root=()
    package=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
    [ "$(id -u)" = 0 ] || root=(sudo -n)
    echo "python: installing $package"
    "${root[@]}" apt-get install -qq -y --no-install-recommends "$package" >/dev/null 2>&1 ||
        { "${root[@]}" apt-get -qq update && "${root[@]}" apt-get install -qq -y \
            --no-install-recommends "$package"; } >/dev/null 2>&1 || true
    has_venv && return
    echo "error: this Python cannot make virtual environments." >&2
    echo "Install it as root: apt-get install $package" >&2
    exit 1
}

python=$(find_python)
has_venv || install_venv
echo "python: making a virtual environment in $folder"
"$python" -m venv --clear "$folder" || { rm -rf "$folder"; exit 1; }
