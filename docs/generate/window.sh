#!/bin/sh
# Takes docs/images/window.png anew: the real window on a small studio, driven by a script.
set -eu
cd "$(dirname "$0")/../.."
studio=build/readme
jointlens=".venv/bin/python main.py"

if [ ! -d "$studio/project" ]; then
    rm -rf "$studio"
    $jointlens demo "$studio" --seed 7 --size small
    $jointlens refit "$studio/project" --name J_spin
fi
resources/virtual_display.sh $jointlens inspect "$studio/project" \
    --replay docs/generate/window.jsonl --screenshot docs/images/window.png --exit
