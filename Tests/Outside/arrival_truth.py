"""What must be true in the morning, however the studies of `arrival_studies` arrived.

Every study exactly one current case, with the ending that fits its kind; every object that was acknowledged in the
ledger; nothing of one study in the case or on the page of another; sums that balance; no name outside a page.
"""

import collections
import hashlib
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import pydicom

from arrival_studies import CANARY, SERIES, TRUTH
from night import check, failures, measure

LONGEST_SECONDS = 1500


class Truth:
    def __init__(self, site, studies, instances):
        self.site, self.instances = site, instances
        self.studies = {s.number: s for s in studies}
        self.table = []

    def read(self):
        """Rows of the ledger with the study that each file really belongs to."""
        columns = "id, sha256, spoolName, outcome, code, kind, caseID, receivedAtUS"
        rows = [dict(zip(columns.split(", "), row)) for row in self.site.sql(f"SELECT {columns} FROM inputs")]
        study_of_content = {}
        for row in rows:
            if row["spoolName"]:
                study_of_content[row["sha256"]] = self.uid(self.site.state / "spool" / row["spoolName"])
        for row in rows:
            row["uid"] = study_of_content.get(row["sha256"])
            row["study"] = self.instances.get(row["uid"], (None,))[0]
        self.rows = rows
        self.cases = {c["caseID"]: c for c in self.site.json("list")}
        self.of_study = collections.defaultdict(set)
        self.studies_in = collections.defaultdict(set)
        for row in rows:
            if row["caseID"] and row["study"]:
                self.of_study[row["study"]].add(row["caseID"])
                self.studies_in[row["caseID"]].add(row["study"])

    @staticmethod
    def uid(path):
        try:
            return str(pydicom.dcmread(path, specific_tags=["SOPInstanceUID"], force=True).get("SOPInstanceUID", ""))
        except Exception:  # A file that pydicom cannot read belongs to no study; its row must say "refused".
            return None

    def current(self, number):
        # Late files that changed nothing ended behind the report that stands.
        return [self.cases[c] for c in self.of_study[number]
                if not self.cases[c].get("supersededBy") and not self.cases[c].get("lateFor")]

    def check_all(self, acknowledged, secrets):
        self.read()
        self.check_nothing_lost(acknowledged)
        self.check_endings()
        self.check_no_mixing()
        self.check_sums()
        self.check_privacy(secrets)

    def check_nothing_lost(self, acknowledged):
        known = {row["uid"] for row in self.rows if row["outcome"] != "refused"}
        lost = [uid for uid in acknowledged if uid not in known]
        check("every object that was acknowledged is in the ledger", not lost,
              f"{len(acknowledged)} acknowledged, {len(lost)} lost {sorted({self.instances[u][:2] for u in lost})[:5]}")
        codes = collections.Counter(row["code"] for row in self.rows if row["outcome"] == "refused")
        measure("refused files by code", dict(codes))

    def check_endings(self):
        counts = collections.defaultdict(collections.Counter)
        wrong, several, missing = [], [], []
        for number, study in self.studies.items():
            current = self.current(number)
            wanted = study.endings()
            if not current:
                counts[study.kind, study.fate]["no case"] += 1
                if wanted and study.fate != "stalled":
                    missing.append(number)
                continue
            if len(current) > 1:
                several.append(number)
            found = (current[0]["state"], current[0].get("code"))
            counts[study.kind, study.fate][" ".join(x for x in found if x)] += 1
            if found not in wanted:
                wrong.append((number, study.kind, study.fate, found))
            elif found[0] == "reported":
                scored = self.scored(current[0]["caseID"])
                if scored != TRUTH[study.kind][2]:
                    wrong.append((number, study.kind, study.fate, f"scored {sorted(scored)}"))
        check("no study is missing", not missing, missing[:10])
        check("every study has one current case", not several, several[:10])
        check("every study ended as its kind must", not wrong, f"{len(wrong)} wrong {wrong[:6]}")
        self.table = [(kind, fate, sum(found.values()), ", ".join(f"{k}: {n}" for k, n in sorted(found.items())))
                      for (kind, fate), found in sorted(counts.items())]
        for line in self.table:
            print("     " + " | ".join(str(x) for x in line), flush=True)
        superseded = sum(1 for c in self.cases.values() if c.get("supersededBy"))
        measure("cases that another one took the place of", superseded)

    def scored(self, case):
        result = json.loads((self.site.reports / case / "result.json").read_text())
        return {m["modality"] for m in result["modalities"] if m.get("score")}

    def check_no_mixing(self):
        mixed = {case: numbers for case, numbers in self.studies_in.items() if len(numbers) > 1}
        check("no case holds files of two studies", not mixed, list(mixed.items())[:3])
        wrong = []
        for case, numbers in self.studies_in.items():
            page = self.site.reports / case / "report.html"
            if page.exists():
                names = set(re.findall(CANARY + r"\d{4}", page.read_text()))
                if names != {self.studies[min(numbers)].name}:
                    wrong.append((case, len(names)))
        check("each page names its own patient and no other", not wrong, wrong[:5])
        pseudonyms = collections.defaultdict(set)
        for case, numbers in self.studies_in.items():
            pseudonyms[self.cases[case]["pseudonym"]].add(self.studies[min(numbers)].patient)
        check("a pseudonym stands for one patient", all(len(p) == 1 for p in pseudonyms.values()))

    def check_sums(self):
        status = self.site.json("status")
        rows = len(self.rows)
        by_outcome = collections.Counter(row["outcome"] for row in self.rows)
        check("`status` counts every row", status["received"] == rows
              and sum(c["count"] for c in status["inputCodes"]) == rows, f"{status['received']} of {rows}")
        check("the sums balance", "The sums balance." in self.site.run("status", expect=0).stdout)
        unread = [row["id"] for row in self.rows if row["kind"] is None and row["outcome"] == "waiting"]
        check("no file is left unread", not unread, len(unread))
        open_cases = [row["id"] for row in self.rows if row["outcome"] == "waiting"
                      and self.cases.get(row["caseID"], {}).get("state") != "incomplete"]
        check("only files of incomplete studies wait", not open_cases, len(open_cases))
        check("the inbox is empty", not self.site.inbox_files(), len(self.site.inbox_files()))
        published = self.site.sql("SELECT caseID FROM audit WHERE event IN ('reportPublished', 'notAssessable') "
                                  "GROUP BY caseID HAVING count(*) > 1")
        check("no case was published twice", not published, published[:3])
        measure("files by outcome", dict(by_outcome))

    def check_privacy(self, more):
        """`more`: texts beside those of the service, such as the receiver's log."""
        site = self.site
        places = {"stderr": site.log.read_text(errors="replace"), "notify": "\n".join(site.listener.lines()),
                  "audit": site.run("audit", "export", expect=0).stdout,
                  "work list": (site.reports / "index.html").read_text(),
                  "status, list": json.dumps([site.json("status"), site.json("list")]),
                  "file names": "\n".join(str(p.relative_to(site.folder)) for root in (site.reports, site.state)
                                          for p in root.rglob("*")), **more}
        for path in list(site.reports.rglob("*.json")) + list((site.state / "quarantine").rglob("reason.json")):
            places[path.parent.name + path.name] = path.read_text()
        found = [place for place, text in places.items() if CANARY.lower() in text.lower() or "Quendolina" in text]
        check("no name stands outside a page", not found, found[:5])
        site.run("audit", "verify", expect=0)

    def latencies(self):
        """Seconds from a study's last object to the report in force, for reports and for named reasons."""
        done = dict(self.site.sql("SELECT caseID, max(utcUS) FROM audit WHERE event IN "
                                  "('reportPublished', 'notAssessable') GROUP BY caseID"))
        times = collections.defaultdict(list)
        for number, study in self.studies.items():
            for case in self.current(number):
                if case["caseID"] in done and study.last_sent:
                    times[case["state"]].append(done[case["caseID"]] / 1e6 - study.last_sent)
        return {state: dict(studies=len(t), median=round(statistics.median(t), 1),
                            p95=round(sorted(t)[int(0.95 * (len(t) - 1))], 1), max=round(max(t), 1))
                for state, t in times.items()}


def progress(site):
    return dict(site.sql("SELECT state, count(*) FROM cases WHERE supersededBy IS NULL GROUP BY state"))


def wait_until_settled(site, seconds):
    """Until nothing is open; says every half minute where things stand."""
    start = told = time.monotonic()
    while time.monotonic() - start < seconds:
        unread = site.sql("SELECT count(*) FROM inputs WHERE kind IS NULL AND outcome = 'waiting'")[0][0]
        states = progress(site)
        if not unread and not site.inbox_files() and not {"arriving", "waiting", "ready", "running"} & set(states):
            return True
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"     {int(told - start)} s: {states}", flush=True)
        if not site.alive():
            return False
        time.sleep(1)
    return False


def watch_to_the_end(site):
    """Waits until every study has ended, and measures the service."""
    check("everything comes to an end", wait_until_settled(site, LONGEST_SECONDS), progress(site))
    check("the service lives", site.alive())
    measure("MB of the daemon at the end", site.rss_mb())
    measure("load of the machine over 1, 5 and 15 minutes", " ".join(f"{x:.1f}" for x in os.getloadavg()))
    time.sleep(3)


def read_options(parser, prefix):
    """Adds what every night of arrivals takes. Returns the options, the program's path and a folder to work in."""
    parser.add_argument("program", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--demo", type=Path)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    work = (options.work or Path(tempfile.mkdtemp(prefix=prefix))).resolve()
    work.mkdir(parents=True, exist_ok=True)
    return options, str(options.program.resolve()), work


def tell_and_exit(options, work):
    """Says what failed, removes the folder where nothing did, and ends the script."""
    print(f"\n{len(failures)} failures" + "".join("\n  " + f for f in failures))
    if not options.keep and not failures:
        shutil.rmtree(work)
    sys.exit(1 if failures else 0)


def machine():
    memory = next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemTotal"))
    release = dict(line.strip().split("=", 1) for line in open("/etc/os-release") if "=" in line)
    cores = len([line for line in open("/proc/cpuinfo") if line.startswith("processor")])
    return (f"{release['PRETTY_NAME'].strip(chr(34))}, {platform.machine()}, {cores} cores, "
            f"{memory / 1048576:.0f} GiB memory")


def text(value):
    """A measurement as a cell of a table."""
    return ", ".join(f"{k} {v}" for k, v in value.items()) or "none" if isinstance(value, dict) else str(value)


def write_report(path, title, command, seed, program, lead, truth, measured):
    """A page in reports/arrivals: what was run, where, and what came out."""
    def says(*command):
        return subprocess.run([*command, "--version"], capture_output=True, text=True).stdout.split("\n")[0]

    build = hashlib.sha256(Path(program).read_bytes()).hexdigest()[:12]
    lines = [f"# {title}", "", *textwrap.wrap(lead, 120), "", "```", command, "```", "",
             f"Seed {seed}; fcdwatch {says(program)}, build {build}; DCMTK {says('storescp').split()[2]}; "
             f"pydicom {pydicom.__version__}.",
             f"{machine()}, shared with other work. {len(failures)} checks failed.", ""]
    lines += [f"- FAILED: {f}" for f in failures] + ([""] if failures else [])
    lines += ["| kind | series | fate | studies | ended as |", "|---|---|---|---|---|"]
    lines += [f"| {kind} | {', '.join(SERIES[kind])} | {fate} | {n} | {found} |"
              for kind, fate, n, found in truth.table]
    lines += ["", "| measured | |", "|---|---|"]
    lines += [f"| {what} | {text(value)} |" for what, value in measured.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")
