#!/bin/sh
# Runs a command on a virtual display, so that it needs no screen and touches nobody's.
set -eu
if command -v xvfb-run >/dev/null && command -v xauth >/dev/null; then
    exec env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb xvfb-run -a -s '-screen 0 1920x1200x24 -nolisten tcp' "$@"
elif [ -n "${DISPLAY:-}" ]; then
    echo "no xvfb-run here; using the display $DISPLAY" >&2
    exec "$@"
fi
echo "no display and no xvfb-run; install it with: sudo apt-get install xvfb xauth" >&2
exit 1
