#!/usr/bin/env bash
# Runs every test, prints how many ran and which were skipped and why, and fails on a skip that is not allowed.
#
# Two kinds of skip are allowed: tests that read the folder of real images (FCDWATCH_SHARED, or `shared` beside the
# checkout) where that folder is absent, and whose skip says FCDWATCH_SHARED; and the tests listed below, which are
# outside the main path.
#
# With a file name as argument it does not run the tests but judges that recorded output.
set -euo pipefail
cd "$(dirname "$0")/.."

outside_the_main_path=(
    # Need what a test machine rarely has.
    "unreadableIsAnOutcome()"                          # root may read everything
    "storageThatFillsUpWhileCopyingLeavesNothing()"    # needs a small file system
    # Tools: each writes files for a person or for a script in Tests/Outside, where a variable names the folder.
    "pagesAreWritten(kind:)"                           # FCDWATCH_PAGES
    "realScansAreDrawn()"                              # FCDWATCH_PAGES
    "listsAreWritten()"                                # FCDWATCH_PAGES
    "fullSizeNetworkIsWrittenForComparison()"          # FCDWATCH_CROSSCHECK
    "everyImageIsBroughtToCanonicalOrientation()"      # FCDWATCH_OUTSIDE
)

log=${1:-.build/test.log}
status=0
if [ $# -eq 0 ]; then
    mkdir -p .build
    # The flags of a plain release build, so that the package is compiled once for both.
    swift test -c release --disable-testable-imports 2>&1 | tee "$log" || status=$?
fi

shared=${FCDWATCH_SHARED:-../shared}
# `Test name() skipped.`, `Test name() skipped: "comment"` or `Test name() was cancelled after 0.1 seconds: "comment"`,
# after a symbol. A suite that is skipped names each of its tests too.
skipped=$(sed -nE 's/^[^A-Za-z]*Test (.+) (skipped|was cancelled after [0-9.]+ seconds)(\.|: "(.*)")$/\1\t\4/p' "$log")
ran=$(sed -nE 's/.*Test run with ([0-9]+) tests?.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
count=0
forbidden=0
while IFS=$'\t' read -r name comment; do
    [ -n "$name" ] || continue
    count=$((count + 1))
    if [[ " ${outside_the_main_path[*]} " == *" $name "* ]]; then
        verdict="allowed, outside the main path"
    elif [ ! -d "$shared" ] && [[ "$comment" == *FCDWATCH_SHARED* ]]; then
        verdict="allowed, no folder of real images"
    else
        verdict="NOT ALLOWED"
        forbidden=$((forbidden + 1))
    fi
    echo "skipped: $name (${comment:-no reason given}) - $verdict"
done <<<"$skipped"

# The run counts skipped tests among its own.
echo "$((ran - count)) tests ran, $count skipped"
if [ "$ran" -le "$count" ]; then
    echo "No test ran; see $log." >&2
    exit 1
fi
if [ "$forbidden" -gt 0 ]; then
    echo "$forbidden tests were skipped that must run." >&2
    exit 1
fi
exit "$status"
