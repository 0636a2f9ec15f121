#!/bin/sh
# The window on a project, or, where there is no display, the same journey to files.
set -eu
cd "$(dirname "$0")/.."
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname)" = Darwin ]; then
    exec .venv/bin/python main.py inspect "$@"
fi
echo "There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open."
exec resources/headless_journey.sh
