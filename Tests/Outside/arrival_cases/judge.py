"""Runs the program on one case and judges what it said."""
import dataclasses
import json
import re
import shutil
import subprocess
import sys
import time

from . import NOT_BOTH, REFUSED, real

CODE = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
# Codes that say that the program failed, not what is wrong with the image; those of its worker too.
FAILURES = {"SCREENING_STOPPED", "ATTEMPTS_EXHAUSTED", "OUTPUT_UNWRITABLE", "OUTPUT_MISSING", "IO_FAILED", "NO_SPACE",
            "SANDBOX_FAILED"}
# Codes about the delivery or its geometry. Made cases are sound in both, so these would be said for a wrong reason.
OF_DELIVERY = ("DUPLICATE_", "GEOMETRY_", "CONFLICTING_", "IDENTIFIER_", "EXPECTED_", "DICOM_", "NIFTI_TOO_LARGE")
OTHER = {"fullHead": "stripped", "stripped": "fullHead"}


@dataclasses.dataclass
class Outcome:
    name: str
    group: str
    what: str
    expect: str
    held_back: bool
    # `T1w`, `FLAIR`, both, or none.
    scored: list
    # Reason of the study and of each modality, those of images first.
    codes: list
    why: str
    right: bool
    seconds: float
    tried: str

    @property
    def said(self):
        return "scored " + " and ".join(self.scored) if self.scored else (self.codes[0] if self.codes else "nothing")


class Program:
    """The program and its untrained models: one for each modality and kind of input."""

    def __init__(self, path, work, quick=False):
        self.path, self.work, self.quick = str(path), work, quick
        self.models = work / "models"

    def make_models(self, fixtures):
        sys.path.insert(0, str(fixtures))
        import oracle
        import torch

        shutil.rmtree(self.models, ignore_errors=True)
        self.models.mkdir(parents=True)
        torch.manual_seed(7)
        state = oracle.ResNet3D(oracle.Spec(width=2)).state_dict()
        torch.save({k: v for k, v in state.items() if not k.startswith("fc")}, self.models / "random.pth")
        for kind in OTHER:
            for modality in ("T1w", "FLAIR"):
                subprocess.run(
                    [self.path, "models", "import", self.models / "random.pth", "--modality", modality, "--input", kind,
                     "--new-head", "--output", self.models / f"{modality}-{kind}.fcdmodel"],
                    check=True, stdout=subprocess.DEVNULL)

    def screen(self, paths, kind, output, alone=False):
        """Returns (modalities scored, codes, why) of one run. `alone`: there is one image at most."""
        shutil.rmtree(output, ignore_errors=True)
        command = [
            self.path, "screen", *map(str, paths), "--output", output, "--t1w", self.models / f"T1w-{kind}.fcdmodel",
            "--flair", self.models / f"FLAIR-{kind}.fcdmodel", "--allow-demonstration-models", "--threads", "1"]
        said = []
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
            for line in process.stderr:
                said.append(line.strip())
                if self.quick and alone and line.startswith("classify "):
                    process.terminate()
                    process.wait()
                    shutil.rmtree(output, ignore_errors=True)
                    return [line.split()[1]], [], "Given to the model (stopped there)."
        try:
            answer = json.loads((output / "result.json").read_text())
        except FileNotFoundError:
            codes = CODE.findall("\n".join(said)) or [f"EXIT {process.returncode}"]
            return [], codes[:1], said[-1] if said else ""
        finally:
            shutil.rmtree(output, ignore_errors=True)
        if process.returncode:
            return [], [f"EXIT {process.returncode}"], said[-1] if said else ""
        scored = [m["modality"] for m in answer["modalities"] if m.get("score")]
        reasons = [answer.get("reason"), *[m.get("reason") for m in answer["modalities"]], *answer.get("notes", [])]
        reasons = list({r["code"]: r for r in reasons if r}.values())
        if not scored:
            return [], [r["code"] for r in reasons], reasons[0]["message"] if reasons else ""
        chosen = [m["acquisition"].get("chosenBecause", "") for m in answer["modalities"] if m.get("score")]
        wrong = [r["message"] for r in reasons if r["code"] not in ("SLICE_COUNT_UNKNOWN", "MODALITY_MISSING")]
        return scored, [r["code"] for r in reasons], " ".join(chosen + wrong)


def is_reason(code):
    return CODE.fullmatch(code) is not None and code not in FAILURES and not code.startswith("WORKER_")


def is_right(case, scored, codes):
    named = bool(codes) and is_reason(codes[0])
    match case.expect:
        case "scored":
            return set(case.scores) <= set(scored)
        case "refused":
            if case.codes:
                return not scored and named and codes[0] in case.codes
            return not scored and named and (case.group == "real" or not codes[0].startswith(OF_DELIVERY))
        case "not both":
            return len(scored) < 2 and named
        case _:
            return bool(scored) or named


def run(program, case, keep=None):
    """Makes the case, screens it, judges. The files of a wrong one stay in `keep`."""
    start = time.monotonic()
    safe = case.name.replace("/", "__")
    folder = program.work / "cases" / safe
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = case.put(folder) or [folder]
    made = time.monotonic() - start
    tried = case.kind
    alone = len(case.scores) == 1
    scored, codes, why = program.screen(paths, case.kind, program.work / f"out-{safe}", alone)
    if "INPUT_KIND_MISMATCH" in codes and case.expect in (REFUSED, NOT_BOTH):
        # A site with a model of the other kind would not be told this; what would it be told?
        tried = OTHER[case.kind]
        scored, codes, why = program.screen(paths, tried, program.work / f"out-{safe}", alone)
    right = is_right(case, scored, codes)
    if keep and not right and paths == [folder]:
        keep.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(keep / safe, ignore_errors=True)
        shutil.move(folder, keep / safe)
    shutil.rmtree(folder, ignore_errors=True)
    return Outcome(case.name, case.group, case.what, case.expect, case.held_back, scored, codes, why, right,
                   round(time.monotonic() - start - made, 2), tried)


def run_singles(program):
    """The hostile files one by one, as one outcome."""
    files, start, codes, wrong = real.singles(), time.monotonic(), {}, []
    for path in files:
        scored, found, _ = program.screen([path], "fullHead", program.work / "out-single")
        if scored or not found or not is_reason(found[0]):
            wrong.append(f"{path.name}: {scored or found}")
        codes[found[0] if found else "nothing"] = codes.get(found[0] if found else "nothing", 0) + 1
    said = sorted(codes, key=lambda c: -codes[c])
    why = "; ".join(f"{codes[c]} × {c}" for c in said)
    return Outcome("hostile/fuzz_corpus_v2", "real", f"{len(files)} malformed DICOM files one by one", REFUSED, False,
                   [], said, why + ("; wrong: " + "; ".join(wrong[:5]) if wrong else ""), not wrong,
                   round(time.monotonic() - start, 2), "fullHead")

