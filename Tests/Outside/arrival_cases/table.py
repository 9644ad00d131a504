"""The outcomes as a Markdown table and as JSON."""
import dataclasses
import json

GROUPS = {
    "real": "Real series and images", "made": "No head, made", "sequence": "Heads, but other images",
    "spoiled": "Real scans spoiled", "mild": "Real scans that must still be scored", "pair": "Pairs of T1w and FLAIR"}


def cell(text, limit=260):
    text = " ".join(str(text).split()).replace("|", "\\|")
    return text if len(text) <= limit else text[: limit - 1] + "…"


def short(name):
    """Long paths by their last parts."""
    parts = name.split("/")
    return name if len(name) < 60 else "…/" + "/".join(parts[-2:])[-58:]


def counts(outcomes):
    right = sum(o.right for o in outcomes)
    return f"{right} of {len(outcomes)}"


def rates(outcomes):
    """Of what must not be scored and of what must: how many were."""
    lines = []
    for held, words in ((False, "Open"), (True, "Held back")):
        part = [o for o in outcomes if o.held_back == held]
        bad = [o for o in part if o.expect in ("refused", "not both")]
        good = [o for o in part if o.expect == "scored"]
        lines.append(f"| {words} | {len(part)} | {counts(bad)} | {counts(good)} | {counts(part)} |")
    return lines


def markdown(outcomes, command, version):
    lines = [
        "# What becomes of every series",
        "",
        f"{counts(outcomes)} cases are as they must be. Program: {version}.",
        "",
        f"Made by `{command}`: each case is written as files,",
        "screened by `fcdwatch screen` with untrained models (one of 18 layers and width 2 for each modality and kind",
        "of input), and judged by what `result.json` says. A score made so has no meaning; that there is one is what",
        "counts. Real scans are read from a folder that is not part of this project; spoiled ones are made from them",
        "at run time, with random numbers that depend on the case's name alone. What each real series is, and what",
        "must become of it, was written by hand in `Tests/Outside/arrival_cases/real.py`.",
        "",
        "A refusal counts only with a named reason; where a model of the other kind (whole head, stripped) would take",
        "the image, that one is asked too. Cases marked ○ (a third, drawn by name) were held back: no limit was set",
        "by looking at them. The real scans are few: 3 whole heads, 2 patients with stripped T1w and FLAIR, 1 with 2D",
        "slices. No 3D FLAIR of a whole head was at hand, nor any child, tumour or resection.",
        "",
        "| Cases | n | must be refused, or not scored together | must be scored | all |",
        "|---|---|---|---|---|",
        *rates(outcomes),
    ]
    for group, title in GROUPS.items():
        part = [o for o in outcomes if o.group == group]
        if not part:
            continue
        lines += ["", f"## {title}: {counts(part)}", "",
                  "| Case | What it is | Must be | Said | Why, in its own words | |", "|---|---|---|---|---|---|"]
        for o in part:
            mark = "○ " if o.held_back else ""
            lines.append(f"| {mark}`{short(o.name)}` | {cell(o.what)} | {o.expect} | {o.said} | {cell(o.why)} | "
                         f"{'right' if o.right else '**WRONG**'} |")
    return "\n".join(lines) + "\n"


def as_json(outcomes, command, version):
    cases = [dataclasses.asdict(o) | {"said": o.said} for o in outcomes]
    return json.dumps({"command": command, "program": version, "right": sum(o.right for o in outcomes),
                       "cases": cases}, indent=1, ensure_ascii=False) + "\n"
