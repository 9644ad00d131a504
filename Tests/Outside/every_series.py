#!/usr/bin/env python3
"""What the program says about every real series, about things that are no head, and about spoiled scans.

    Tests/Outside/every_series.py PROGRAM IMAGES [--table FILE.md] [--json FILE] [--only WORDS] [--jobs N]

PROGRAM is a built `fcdwatch`, IMAGES the folder of real images (`dicom/`, `nifti/`, `hostile/`). Needs PyTorch (random
weights), nibabel, pydicom, scipy; two more cases where nilearn is installed. Every case is a delivery, with what must
become of it: a score, or a named reason and no score. Nothing random differs from run to run. The last line says how
many cases are as they must be; the exit status is 1 where one is not. The cases are in `arrival_cases/`:

    real.py         every series and image of IMAGES; the walk fails where one is not named there
    bodies.py       fruit, phantoms, legs, noise
    sequences.py    real heads as CT, DTI, angiography, localizer, map, …; wrapped as three makers' scanners send
    distortions.py  real scans spoiled beyond use (refused), or a little (scored)
    pairs.py        T1w and FLAIR of one patient, and of two
"""
import argparse
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from arrival_cases import bodies, distortions, judge, pairs, real, sequences, table, volumes  # noqa: E402


def every_case():
    groups = {"real": real, "made": bodies, "sequence": sequences, "spoiled": distortions, "pair": pairs}
    for group, module in groups.items():
        for case in module.cases():
            case.group = "mild" if case.name.startswith(("mild_", "good_")) else group
            yield case


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("images", type=pathlib.Path)
    parser.add_argument("--table", type=pathlib.Path, help="Markdown table to write")
    parser.add_argument("--json", type=pathlib.Path, help="JSON to write")
    parser.add_argument("--only", nargs="*", help="only cases whose name or group holds one of these words")
    parser.add_argument("--keep", type=pathlib.Path, help="folder for the files of wrong cases")
    parser.add_argument("--work", type=pathlib.Path, help="scratch folder")
    parser.add_argument("--jobs", type=int, default=1, help="cases at a time")
    parser.add_argument("--quick", action="store_true", help="stop a run when the model is given the image")
    return parser.parse_args()


def main():
    options = arguments()
    volumes.DATA = options.images.resolve()
    work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="every-series-"))
    program = judge.Program(options.program.resolve(), work, options.quick)
    program.make_models(HERE.parent / "Fixtures")
    version = subprocess.run([program.path, "--version"], capture_output=True, text=True, check=True).stdout.strip()

    def wanted(name, group):
        return not options.only or any(word in name or word == group for word in options.only)

    cases = [case for case in every_case() if wanted(case.name, case.group)]
    names = [case.name for case in cases]
    assert len(names) == len(set(names)), "two cases of one name"
    outcomes = []

    def told(outcome):
        outcomes.append(outcome)
        print(f"{'ok   ' if outcome.right else 'WRONG'} {outcome.name}: {outcome.said} (must be {outcome.expect})"
              + ("" if outcome.right else f" · {outcome.why[:300]}"), flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda case: judge.run(program, case, options.keep), cases):
            told(outcome)
    if wanted("hostile/fuzz_corpus_v2", "real"):
        told(judge.run_singles(program))
    missing = real.left_out()
    for path in missing:
        print(f"WRONG {path}: not named in real.py")

    command = "Tests/Outside/every_series.py fcdwatch IMAGES"
    for path, text in ((options.table, table.markdown), (options.json, table.as_json)):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text(outcomes, command, version))
    if not options.work:
        shutil.rmtree(work)
    right = sum(outcome.right for outcome in outcomes)
    print(f"{right} of {len(outcomes)} as they must be")
    return 0 if right == len(outcomes) and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
