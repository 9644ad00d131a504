#!/usr/bin/env bash
# reproduce.sh WORK: the paper's experiment at small scale on a simulated cohort, from etc/reproduction: ResNet-18 with all
# three strategies, ResNet-34 and 50 with the encoder of 23 tasks, both modalities, five folds. WORK keeps every run, so
# that what was stopped goes on; reports/reproduction is replaced at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:?name a folder to work in}
fcdwatch=${FCDWATCH:-.build/release/fcdwatch}
plans=etc/reproduction
mkdir -p "$work"
absolute=$(realpath "$work")
SECONDS=0
say() { printf '%4d min  %s\n' $((SECONDS / 60)) "$*" | tee -a "$work/times.txt"; }

"$fcdwatch" simulate --plan $plans/cohort.toml --output "$work/cohort"

# encoder DEPTH TASKS
encoder() {
    say "ResNet-$1: an encoder of tasks: $2"
    "$fcdwatch" pretrain --plan $plans/pretrain.toml --tasks "$2" --set network.depth="$1" --output "$work/encoder-$1-$2"
}
encoder 18 one
for depth in 18 34 50; do encoder $depth many; done

# run DEPTH SOURCE MODALITY [TASKS]
run() {
    local transfer=()
    if [ -n "${4-}" ]; then
        transfer=(
            --set "transfer.checkpoint=$absolute/encoder-$1-$4/encoder.safetensors"
            --set 'transfer.trainable=["layer4", "fc"]' --set fit.augmentationBank=6)
    fi
    say "ResNet-$1, $2, $3"
    "$fcdwatch" crossval --data "$work/cohort" --protocol $plans/training.toml --modality "$3" \
        --set network.depth="$1" --set "transfer.source=$2" "${transfer[@]}" --output "$work/run-$1-$2-$3"
    runs+=("$work/run-$1-$2-$3")
}
runs=()
for modality in T1w FLAIR; do
    run 18 none $modality
    run 18 one-task $modality one
    run 18 23-tasks $modality many
    run 34 23-tasks $modality many
    run 50 23-tasks $modality many
done

say "labels given out by chance"
"$fcdwatch" crossval --data "$work/cohort" --protocol $plans/training.toml --modality FLAIR \
    --set transfer.source=23-tasks --set "transfer.checkpoint=$absolute/encoder-18-many/encoder.safetensors" \
    --shuffle-labels --output "$work/run-shuffled"

say "tables"
rm -rf reports/reproduction
mkdir -p reports/reproduction
"$fcdwatch" tables "${runs[@]}" --output reports/reproduction
"$fcdwatch" stats "${runs[@]}" > reports/reproduction/stats.txt
for run in "${runs[@]}" "$work/run-shuffled"; do cp "$run/summary.md" "reports/reproduction/${run##*/}.md"; done
cp "$work/times.txt" reports/reproduction/times.txt
say "done"
