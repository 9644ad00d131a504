#!/usr/bin/env bash
# Runs the demo's night and keeps the page, the result and the work list of its first study in reports/sample-study.
# `make sample-report` builds the program first; FCDWATCH names another one.
set -euo pipefail
cd "$(dirname "$0")/.."

program=${FCDWATCH:-.build/release/fcdwatch}
kept=reports/sample-study
night=$(mktemp -d)
trap 'rm -rf "$night"' EXIT

page=$("$program" demo --output "$night/demo" | sed -n 's/^Page of the first study: //p')
[ -s "$page" ] || { echo "The demo left no page." >&2; exit 70; }
case=$(dirname "$page")

mkdir -p "$kept"
install -m 0644 "$page" "$case/result.json" "$kept/"
# The pages of the other studies are not kept, so only the kept one is linked.
sed "s|href=\"./$(basename "$case")/report.html\"|href=\"report.html\"|g
     s|<a href=\"./[0-9a-f]*/report.html\"\([^>]*\)>\([^<]*\)</a>|\2|g" "$case/../index.html" >"$kept/work-list.html"
chmod 0644 "$kept/work-list.html"

size=$(du -sb "$kept" | cut -f 1)
[ "$size" -lt 5000000 ] || { echo "$kept holds $size bytes; more than 5 MB does not belong here." >&2; exit 65; }
echo "$kept: $size bytes"
