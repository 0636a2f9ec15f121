#!/bin/sh
# The whole journey on a small synthetic studio, without a screen: Table I's report, and screenshots of the
# window taken on a virtual display while scripts drive it. Everything lands in build/journey.
set -eu
cd "$(dirname "$0")/.."
studio=build/journey
jointlens=".venv/bin/python main.py"

count=0
step() {
    count=$((count + 1))
    printf '\n== %s of 5: %s\n' "$count" "$*"
}

rm -rf "$studio"
printf 'The whole journey takes some two minutes on two idle cores, most of them in step 2.\n'
step "a synthetic studio whose truth is known"
$jointlens demo "$studio" --size small
step "bodies, regressors and Table I"
$jointlens reproduce "$studio/project"
step "against the truth"
$jointlens score "$studio"
for script in compare optimise; do
    step "the window, driven by resources/journey/$script.jsonl"
    resources/virtual_display.sh $jointlens inspect "$studio/project" \
        --replay "resources/journey/$script.jsonl" --screenshot "$studio/$script.png" --exit
done
printf '\n== made on a synthetic studio\n'
printf 'report       %s\n' "$studio/project/report.html"
printf 'screenshots  %s\n' "$studio"/*.png
