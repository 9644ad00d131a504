#!/usr/bin/env bash
# Checks what the compiler does not: which target imports which module, that no error is swallowed without a reason,
# file lengths, access, machine paths, and that the version is the same everywhere. Prints every fault; exits 1 on any.
set -euo pipefail
cd "$(dirname "$0")/.."

faults=0
fault() { echo "$*" >&2; faults=$((faults + 1)); }

# Target: the modules it may import besides those of the toolchain. The arrows of the architecture, downwards only.
declare -A may=(
    [Imaging]="CNIfTI CZlib"
    [DICOM]="Imaging CDCMTK COpenJPEG Crypto"
    [KernelsAVX512]="CCPU"
    [KernelsAVX2]="CCPU"
    [KernelsPlain]="CCPU"
    [ConvNet]="COpenBLAS CCPU KernelsAVX512 KernelsAVX2 KernelsPlain"
    [Screening]="Imaging ConvNet Crypto"
    [Reporting]="Imaging Screening CZlib"
    [Simulation]="Imaging"
    [Training]="Imaging ConvNet Screening Reporting Simulation Crypto TOMLKit"
    [Ledger]="GRDB Crypto"
    [Watch]="Imaging DICOM ConvNet Screening Reporting Simulation Ledger CSystemd Crypto Logging ServiceLifecycle"
    [fcdwatch]="Imaging DICOM ConvNet Screening Reporting Simulation Training Ledger Watch ArgumentParser Logging"
)
may[Watch]+=" UnixSignals Subprocess TOMLKit SystemPackage"
toolchain=" Swift Foundation FoundationEssentials Glibc Dispatch Synchronization RegexBuilder System "

# imports FILE: the modules it imports, one a line.
imports() {
    local attribute='(@[A-Za-z_]+(\([^)]*\))? )*' access='((package|internal|private|fileprivate|public) )?'
    local kind='((struct|class|enum|protocol|func|var|typealias) )?'
    sed -nE "s/^[[:space:]]*$attribute${access}import $kind([A-Za-z0-9_]+).*/\\7/p" "$1"
}

for folder in Sources/*/; do
    target=$(basename "$folder")
    case $target in C*) [ -z "${may[$target]-}" ] && [ "$target" != ConvNet ] && continue ;; esac
    # The source of the kernel targets, which reach it by symbolic links.
    [ "$target" != Kernels ] || continue
    if [ -z "${may[$target]-}" ]; then
        fault "Sources/$target: no row for this target in scripts/check-layers.sh"
        continue
    fi
    while IFS= read -r file; do
        for module in $(imports "$file"); do
            if [[ " ${may[$target]} $toolchain" != *" $module "* ]]; then
                fault "$file: $target may not import $module"
            fi
        done
    done < <(find -L "$folder" -name '*.swift')
done

# Code that two targets both have is linked once: were it made by a kernel target, a processor without its instructions
# would meet them in code shared by all. So objects of kernels, where they are built, hold no weak code but what bears the
# name of their own module.
for built in .build/release/Kernels*.build; do
    [ -d "$built" ] || continue
    module=$(basename "$built" .build)
    symbols=$(nm "$built"/*.o | awk -v own="$module" '($2 == "W" || $2 == "u") && !index($3, own) { print $3 }' | sort -u)
    [ -z "$symbols" ] || fault "$module: code that other targets may be linked with: ${symbols//$'\n'/ }"
done

# A suite may import its own target and what that target may import.
for folder in Tests/*Tests/; do
    [ -d "$folder" ] || continue
    target=$(basename "$folder" Tests)
    while IFS= read -r file; do
        for module in $(imports "$file"); do
            if [[ " $target Testing ${may[$target]-} $toolchain" != *" $module "* ]]; then
                fault "$file: tests of $target may not import $module"
            fi
        done
    done < <(find "$folder" -name '*.swift')
done

found=$(mktemp)
trap 'rm -f "$found"' EXIT

# Swallowed errors and traps need `// reason:` on the line or the line above. Access is `package` at most.
while IFS= read -r file; do
    awk -v file="$file" '
        function explained() { return $0 ~ /\/\/ reason:/ || previous ~ /\/\/ reason:/ }
        { code = $0; sub(/\/\/.*/, "", code) }
        code ~ /(^|[^A-Za-z0-9_])try\?|catch[^{]*\{[ \t]*\}|(^|[^A-Za-z0-9_.])fatalError\(|(^|[^A-Za-z0-9_])try!/ {
            if (!explained()) { print file ":" NR ": swallowed error or trap without // reason:" }
        }
        waiting && code ~ /^[ \t]*\}/ { print file ":" NR ": empty catch without // reason:" }
        code ~ /[^ \t]/ || /\/\/ reason:/ { waiting = code ~ /catch[^{]*\{[ \t]*$/ && !explained() }
        code ~ /^[ \t]*(public[ (]|open (class|func|var|subscript|override|final) )/ {
            print file ":" NR ": public access; use package"
        }
        { previous = $0 }
        END { if (NR > 400) print file ": " NR " lines; split it by idea" }
    ' "$file"
done < <(find Sources Tests -name '*.swift') >"$found"
while IFS= read -r line; do fault "$line"; done <"$found"


while IFS= read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || fault "$file: $lines lines; split it by idea"
done < <(find Sources -name '*.cpp' -o -name '*.c' -o -name '*.h')

# Paths of one machine. Texts that are data (recorded fixtures) are left out.
home='/(home|root|Users|work)/[A-Za-z0-9_.-]+'
while IFS= read -r line; do fault "$line: path of one machine"; done < <(
    git ls-files | grep -vE '^Tests/.*/Fixtures/|^scripts/check-layers\.sh$' | tr '\n' '\0' |
        xargs -0 -r grep -d skip -IHnoE "(^|[\"' =(:])$home" || true)

# One version: the newest heading of the change log, the program's constant, the manual page.
version=$(sed -nE 's/^## \[([0-9]+\.[0-9]+\.[0-9]+)\].*/\1/p' CHANGELOG.md | head -n 1)
[ -n "$version" ] || fault "CHANGELOG.md: no heading ## [x.y.z]"
while IFS= read -r line; do
    [[ "$line" == *"\"$version\""* ]] || fault "$line: version is not $version"
done < <(grep -rHnE 'softwareVersion(: String)? = "[0-9]' Sources || true)
grep -q "^\.Os FCDWatch $version\$" etc/fcdwatch.1 || fault "etc/fcdwatch.1: .Os does not say FCDWatch $version"

if [ "$faults" -gt 0 ]; then
    echo "$faults faults" >&2
    exit 1
fi
echo "layers, errors, lengths, paths and version $version: no fault"
