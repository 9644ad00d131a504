#!/usr/bin/env bash
# make-models.sh WORK: trains and measures the shipped demonstration models, from etc/models. WORK keeps what is made on
# the way, so that a run that was stopped goes on; models/ and reports/models are replaced at the end.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:?name a folder to work in}
fcdwatch=${FCDWATCH:-.build/release/fcdwatch}
plans=etc/models
mkdir -p "$work"
SECONDS=0
say() { printf '%4d min  %s\n' $((SECONDS / 60)) "$*"; }

say "maps of grey and white matter"
scripts/tissue-maps.sh "$work/maps"
maps=(--set "maps.grey=$(realpath "$work")/maps/grey.nii.gz" --set "maps.white=$(realpath "$work")/maps/white.nii.gz")

say "heads to train on, to calibrate on, to measure on"
"$fcdwatch" simulate --plan $plans/cohort.toml --output "$work/train"
"$fcdwatch" simulate --plan $plans/calibration.toml "${maps[@]}" --output "$work/calibration"
"$fcdwatch" simulate --plan $plans/unseen.toml "${maps[@]}" --output "$work/unseen"

say "two encoders side by side, each on one thread"
# encoder PLAN FOLDER [SETTING…]
encoder() {
    local plan=$1 folder=$work/$2
    shift 2
    "$fcdwatch" pretrain --plan "$plans/$plan.toml" --set threads=1 "$@" --output "$folder" > "$folder.log" 2>&1 ||
        { tail -n 3 "$folder.log" >&2; return 1; }
}
encoder pretrain-flair encoder-flair &
flair=$!
encoder pretrain-t1w begin-t1w
encoder pretrain-t1w-on encoder-t1w --set "start=$(realpath "$work")/begin-t1w/encoder.safetensors"
wait "$flair"

rm -rf "$work/models"
for modality in FLAIR T1w; do
    name=${modality,,}
    say "$modality: five folds"
    "$fcdwatch" crossval --data "$work/train" --protocol $plans/training.toml --modality $modality \
        --set "transfer.checkpoint=$(realpath "$work")/encoder-$name/encoder.safetensors" --output "$work/run-$name" \
        --bundle demonstration --models "$work/models" \
        --calibrate-on "$work/calibration" --measure-on "$work/unseen"
done

say "measuring on heads that nobody saw"
rm -rf "$work/evaluation"
"$fcdwatch" evaluate --data "$work/unseen" --profile "$work/models/profile.json" --output "$work/evaluation" --figure2
rm -rf models reports/models
cp -r "$work/models" models
mkdir -p reports/models
cp "$work"/evaluation/* reports/models/
for name in flair t1w; do
    cp "$work/run-$name/summary.md" "reports/models/crossval-$name.md"
    cp "$work/encoder-$name/heldout.csv" "reports/models/encoder-$name.csv"
done
say "done: models/ and reports/models"
