#!/usr/bin/env bash
# implants.sh WORK REPORT T1W FLAIR [T1W FLAIR…]: puts 20 made-up dysplasias into real pairs of scans and says what the
# shipped models score with and without them. Where no FLAIR is at hand, name the T1w twice: only the T1w model is asked.
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:?name a folder to work in} report=${2:?name the file of the report}
shift 2
[ $# -ge 2 ] && [ $(($# % 2)) = 0 ] || { echo "Name pairs of scans: T1W FLAIR." >&2; exit 64; }
fcdwatch=${FCDWATCH:-.build/release/fcdwatch}
modalities=(T1w FLAIR)
[ "$1" != "$2" ] || modalities=(T1w)

"$fcdwatch" simulate --implant "$@" --set patients=20 --set seed=501 --output "$work/cohort"
{
    echo "# Made-up dysplasias in real scans"
    echo
    echo "\`scripts/implants.sh\`: 20 dysplasias (etc/cohort.toml's severities and volumes, seed 501) in $(($# / 2)) pair(s) of"
    echo "scans, each scan also without: 20 + 20 per model. The scans are real, few, and seen again and again, so intervals"
    echo "say nothing about patients. No gate was asked."
    echo
    echo "| | scored | score with, mean | without, mean | pairs with a higher score | with, over the threshold | without, over the threshold | peak within 10 mm of the dysplasia |"
    echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for modality in "${modalities[@]}"; do
        "$fcdwatch" evaluate --data "$work/cohort" --bundle "models/demonstration-${modality,,}-1.fcdmodel" \
            --output "$work/$modality" > "$work/$modality.log" 2>&1 || { tail -n 3 "$work/$modality.log" >&2; exit 1; }
        # The columns that are read here hold neither commas nor quotes.
        awk -F '\t' 'NR == FNR { if (FNR > 1) pair[$1] = $6; next } FNR == 1 { split($0, names, ","); for (i in names) at[names[i]] = i; next }
            { split($0, value, ","); id = value[at["subject"]]; if (!(id in pair)) id = "sub-" id
              if (value[at["refusal"]] != "") { refused++; next }
              is = value[at["group"]] == "fcd"; score[is, pair[id]] = value[at["score"]]; sum[is] += value[at["score"]]; n[is]++
              over[is] += value[at["score"]] > value[at["threshold"]]
              if (is && value[at["peak_distance_mm"]] != "" && value[at["peak_distance_mm"]] <= 10) near++
              seen[pair[id]] }
            END { for (p in seen) if (((1, p) in score) && ((0, p) in score)) { both++; higher += score[1, p] > score[0, p] }
                printf "| %s | %d of %d | %.3f | %.3f | %d of %d | %d | %d | %d of %d |\n", "'"$modality"'", n[1] + n[0], n[1] + n[0] + refused,
                    n[1] ? sum[1] / n[1] : 0, n[0] ? sum[0] / n[0] : 0, higher, both, over[1], over[0], near, n[1] }' \
            "$work/cohort/participants.tsv" "$work/$modality/scans.csv"
    done
} > "$report.part"
mv "$report.part" "$report"
cat "$report"
