#!/usr/bin/env bash
# training-cost.sh [REPORT]: times training steps of the paper's networks at its input size on this machine, and says what
# a fold and all 90 trainings take. Needs the release build and about five minutes of a machine without other work.
set -euo pipefail
cd "$(dirname "$0")/.."
report=${1:-reports/engine/training.md}
fcdwatch=${FCDWATCH:-.build/release/fcdwatch}
threads=${THREADS:-$(nproc)}
rounds=${ROUNDS:-3}
# Of ds004199's T1w: 170 scans, of which a fold trains on 109 and validates on 27; the paper's protocol ends after 100
# epochs at most. A bank holds 8 turned copies of each scan.
train=109 validation=27 epochs=100 copies=8

# value NAME JSON: a number of the last line.
value() { tail -n 1 <<< "$2" | grep -o "\"$1\":[0-9.e-]*" | cut -d: -f2; }
rows=()
total=0
for depth in 18 34 50; do
    all=$("$fcdwatch" bench train --depth $depth --threads "$threads" --rounds "$rounds" --json)
    last=$("$fcdwatch" bench train --depth $depth --threads "$threads" --rounds "$rounds" --trained layer4 --trained fc --json)
    forward=$("$fcdwatch" bench forward --depth $depth --threads "$threads" --rounds "$rounds" --json)
    row=$(awk -v d=$depth -v a="$(value seconds "$all")" -v am="$(value rss_mb "$all")" \
        -v l="$(value seconds "$last")" -v lm="$(value rss_mb "$last")" -v t="$(value trunk_seconds "$last")" \
        -v f="$(value seconds "$forward")" -v n=$train -v v=$validation -v e=$epochs -v k=$copies 'BEGIN {
            scratch = e * (n * a + v * f) / 3600
            bank = ((k * n + v) * t + e * (n * l + v * l / 3)) / 3600
            printf "%d %.2f %d %.1f %.2f %.2f %d %.1f\n", d, a, am, scratch, t, l, lm, bank }')
    rows+=("$row")
    # Five folds, two modalities; one strategy from scratch, two with an encoder.
    total=$(awk -v t="$total" -v r="$row" 'BEGIN { split(r, x, " "); print t + 10 * (x[4] + 2 * x[8]) }')
done
{
    echo "# What training costs"
    echo
    echo "\`scripts/training-cost.sh\` on $(lscpu | sed -n 's/^Model name: *//p'), $threads threads, $rounds timed rounds, median;"
    echo "full networks (width 64), 160×192×160 voxels, one scan per step."
    echo
    echo "| | from scratch, s per scan | memory, MiB | hours per fold | frozen layers, s per scan | step of layer4 + fc on them, s | memory, MiB | hours per fold |"
    echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in "${rows[@]}"; do
        read -r d a am s t l lm b <<< "$row"
        echo "| ResNet-$d | $a | $am | $s | $t | $l | $lm | $b |"
    done
    echo
    echo "A fold: $train scans to train on, $validation to validate on, all $epochs epochs (training that stops early takes less; with the"
    echo "paper's patience it often does). With frozen layers their output is made once for $copies turned copies of each scan"
    echo "(\`fit.augmentationBank = $copies\`), then the step runs on it."
    echo
    printf 'All 90 trainings of the paper (three depths, three strategies, two modalities, five folds): at most %.0f hours, %.1f days.\n' \
        "$total" "$(awk -v t="$total" 'BEGIN { print t / 24 }')"
} > "$report.part"
mv "$report.part" "$report"
cat "$report"
