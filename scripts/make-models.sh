#!/usr/bin/env bash
# make-models.sh WORK: trains and measures the shipped demonstration models, from etc/models. WORK keeps what is made on
# the way, so that a run that was stopped goes on; models/ and its files in reports/models are replaced at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:?name a folder to work in}
fcdwatch=${FCDWATCH:-.build/release/fcdwatch}
plans=etc/models
mkdir -p "$work"
SECONDS=0
say() { printf '%4d min  %s\n' $((SECONDS / 60)) "$*"; }

say "brains to bend"
scripts/tissue-maps.sh "$work/maps"
maps=(--set "maps.grey=$(realpath "$work")/maps/grey.nii.gz" --set "maps.white=$(realpath "$work")/maps/white.nii.gz")

say "heads to train on, to calibrate on, to measure on"
"$fcdwatch" simulate --plan $plans/cohort.toml --output "$work/train"
"$fcdwatch" simulate --plan $plans/calibration.toml "${maps[@]}" --output "$work/calibration"
"$fcdwatch" simulate --plan $plans/unseen.toml "${maps[@]}" --output "$work/unseen"

say "two encoders side by side, each on one thread"
# stage TASK NUMBER [KEY=VALUE…]: one stage of a task's encoder, from where the stage before it ended.
stage() {
    local task=$1 number=$2 settings=()
    local folder=$work/$task-$number
    shift 2
    for setting in "seed=$number" threads=1 "$@"; do settings+=(--set "$setting"); done
    [ "$number" = 1 ] || settings+=(--set "start=$(realpath "$work")/$task-$((number - 1))/encoder.safetensors")
    "$fcdwatch" pretrain --plan $plans/pretrain.toml --tasks "$task" "${settings[@]}" --output "$folder" \
        > "$folder.log" 2>&1 || { tail -n 3 "$folder.log" >&2; return 1; }
    rm -rf "$work/encoder-${task#fcd-}"
    cp -r "$folder" "$work/encoder-${task#fcd-}"
}
flair() {
    stage fcd-flair 1
    stage fcd-flair 2 renewed=30 epochs=36 learningRate=0.001
    stage fcd-flair 3 renewed=30 epochs=32 learningRate=0.001
}
# Dysplasias are fainter on T1w: the third stage shows plain and large ones alone, the last two take finer voxels, and the
# last bends most heads out of one person's brain. The models are measured on heads of another. The shipped encoder's
# sixth stage was planned for 120 epochs and stopped after 29: its learning rate was within 5 % of the one here.
fine=('preparation.spacingMM=1.5' 'preparation.shape=[105, 129, 105]')
t1w() {
    stage fcd-t1w 1
    stage fcd-t1w 2 epochs=34
    stage fcd-t1w 3 epochs=20 'lesion.severity=[0.9, 1.0]' 'lesion.millilitres=[4.0, 20.0]'
    stage fcd-t1w 4 renewed=30 epochs=50
    stage fcd-t1w 5 epochs=42 learningRate=0.001
    stage fcd-t1w 6 renewed=30 epochs=29 learningRate=0.001 finalRateShare=0.87 "${fine[@]}"
    stage fcd-t1w 7 renewed=20 epochs=30 learningRate=0.001 "${fine[@]}" \
        maps.share=0.6 "maps.t1w=$(realpath "$work")/maps/colin27.nii.gz"
}
flair &
other=$!
trap 'pkill -P "$other" || true' EXIT
t1w
wait "$other"
trap - EXIT

rm -rf "$work/models"
for modality in FLAIR T1w; do
    name=${modality,,}
    settings=("transfer.checkpoint=$(realpath "$work")/encoder-$name/encoder.safetensors")
    [ "$modality" = FLAIR ] || settings+=("${fine[@]}")
    say "$modality: five folds"
    "$fcdwatch" crossval --data "$work/train" --protocol $plans/training.toml --modality $modality \
        "${settings[@]/#/--set=}" --output "$work/run-$name" \
        --bundle demonstration --models "$work/models" \
        --calibrate-on "$work/calibration" --measure-on "$work/unseen"
done

say "measuring on heads that nobody saw"
rm -rf "$work/evaluation"
"$fcdwatch" evaluate --data "$work/unseen" --profile "$work/models/profile.json" --output "$work/evaluation" --figure2
rm -rf models
cp -r "$work/models" models
mkdir -p reports/models
cp "$work"/evaluation/* reports/models/
for name in flair t1w; do
    cp "$work/run-$name/summary.md" "reports/models/crossval-$name.md"
    cp "$work/run-$name/figure2.svg" "reports/models/crossval-$name-figure2.svg"
    cp "$work/encoder-$name/heldout.csv" "reports/models/encoder-$name.csv"
done
say "done: models/ and reports/models"
