#!/bin/sh
# Makes .venv and fills it with the pinned packages; run by make when pyproject.toml or a pin has changed.
# Package indexes, mirrors and certificates are pip's own business: its configuration and PIP_* apply.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'set-up: %s\n' "$*"; }
fail() { printf 'set-up: %s\n' "$*" >&2; exit 1; }

missing_packages() {
    sed 's/#.*//' resources/system-packages.txt | while read -r name; do
        [ -n "$name" ] || continue
        state=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
        [ "$state" = installed ] || echo "$name"
    done
}

install_system_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "not a Debian or Ubuntu system: see to the libraries named in resources/system-packages.txt yourself"
        return
    fi
    missing=$(missing_packages | xargs)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root=sudo
    else
        say "system packages are missing; install them with:"
        say "  sudo apt-get install --no-install-recommends $missing"
        say "going on without them: the window and its tests may not start"
        return
    fi
    say "installing system packages: $missing"
    $as_root apt-get update -q || say "apt-get update failed; trying with the lists at hand"
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $missing ||
        say "could not install all of them: the window and its tests may not start"
}

find_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "no Python 3.11 or newer found; install one, e.g. sudo apt-get install python3 python3-venv"
}

make_environment() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then return; fi
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments; install its venv module, e.g. sudo apt-get install $python-venv"
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
}

install_packages() {
    say "installing the packages pinned in constraints.txt: 3.6 GB on disk, which takes some minutes"
    # torch first and by itself, so that no other package's wish brings another build of it
    .venv/bin/python -m pip install --quiet --constraint constraints.txt setuptools torch==2.13.0
    .venv/bin/python -m pip install --quiet --constraint constraints.txt --no-build-isolation \
        --editable '.[test,docs,body,ray]'
}

install_system_packages
make_environment
install_packages
touch .venv/.ready
say "done"
