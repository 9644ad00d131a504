#!/usr/bin/env bash
# reproduce.sh WORK: the paper's experiment at small scale on a simulated cohort, from etc/reproduction: ResNet-18 with all
# three strategies, ResNet-34 and 50 with the encoder of 23 tasks, both modalities, five folds; beside them, in FLAIR, an
# encoder that outlined dysplasias, and labels given out by chance. WORK keeps every run, so that what was stopped goes on;
# reports/reproduction is replaced at the end. Takes about an hour on 2 cores.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:?name a folder to work in}
fcdwatch=${FCDWATCH:-.build/release/fcdwatch}
plans=etc/reproduction
mkdir -p "$work"
absolute=$(realpath "$work")

# timed WHAT DONE COMMAND…: runs a command; where its file DONE was missing before, its minutes go to times.txt.
timed() {
    local what=$1 isNew=yes start=$SECONDS
    [ -e "$2" ] && isNew=
    shift 2
    echo "$what"
    "$@"
    [ -z "$isNew" ] || printf '%-36s %6.1f min\n' "$what" \
        "$(awk -v s=$((SECONDS - start)) 'BEGIN { print s / 60 }')" >> "$work/times.txt"
}

timed "cohort" "$work/cohort/participants.tsv" \
    "$fcdwatch" simulate --plan $plans/cohort.toml --output "$work/cohort"

# encoder DEPTH TASKS [OPTION…]
encoder() {
    local depth=$1 tasks=$2 folder=$work/encoder-$1-$2
    shift 2
    timed "ResNet-$depth, encoder of tasks $tasks" "$folder/encoder.safetensors" \
        "$fcdwatch" pretrain --plan $plans/pretrain.toml --tasks "$tasks" --set network.depth="$depth" "$@" \
        --output "$folder"
}
encoder 18 one
for depth in 18 34 50; do encoder $depth many; done
# Twice as many images as the others, of 60 heads at a time.
encoder 18 fcd-flair --set epochs=32 --set stepsPerEpoch=30 --set batch=8 --set subjects=60 --set renewed=15 \
    --set tellsApart=true --set rarityPower=1.0 --set rarityLimit=10000.0

# crossval NAME DEPTH SOURCE MODALITY TASKS [OPTION…]: TASKS names the encoder; "-" stands for none.
crossval() {
    local name=$1 folder=$work/run-$1 depth=$2 source=$3 modality=$4 tasks=$5 transfer=()
    shift 5
    [ "$tasks" = - ] || transfer=(
        --set "transfer.checkpoint=$absolute/encoder-$depth-$tasks/encoder.safetensors"
        --set 'transfer.trainable=["layer4", "fc"]' --set fit.augmentationBank=6)
    timed "$name" "$folder/summary.md" \
        "$fcdwatch" crossval --data "$work/cohort" --protocol $plans/training.toml --modality "$modality" \
        --set network.depth="$depth" --set "transfer.source=$source" "${transfer[@]}" "$@" --output "$folder"
    cp "$folder/summary.md" "$work/summaries/$name.md"
}
rm -rf "$work/summaries"
mkdir "$work/summaries"
runs=()
for modality in T1w FLAIR; do
    for run in "18 none -" "18 one-task one" "18 23-tasks many" "34 23-tasks many" "50 23-tasks many"; do
        read -r depth source tasks <<< "$run"
        crossval "resnet$depth-$source-$modality" "$depth" "$source" "$modality" "$tasks"
        runs+=("$work/run-resnet$depth-$source-$modality")
    done
done
crossval resnet18-dysplasia-FLAIR 18 dysplasia FLAIR fcd-flair
runs+=("$work/run-resnet18-dysplasia-FLAIR")
# What labels given out by chance teach: nothing, or the test scans were seen.
crossval shuffled-labels 18 23-tasks FLAIR many --shuffle-labels

rm -rf reports/reproduction
mkdir -p reports/reproduction
"$fcdwatch" tables "${runs[@]}" --output reports/reproduction
"$fcdwatch" stats "${runs[@]}" > reports/reproduction/stats.txt
cp "$work"/summaries/*.md "$work/times.txt" reports/reproduction/
