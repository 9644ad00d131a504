#!/usr/bin/env python3
"""A night against the real program: real scans, kill -9, faults of storage, and what must be true in the morning.

    Tests/Outside/night.py PROGRAM IMAGES [--work DIR] [--only NIGHT] [--keep]

PROGRAM is a built `fcdwatch`, IMAGES the folder of real images (`dicom/`, `nifti/`, `hostile/`). Needs PyTorch (random
weights) and pydicom. Takes about 12 minutes; exits 1 where a check failed. The nights:

    start     refusals of a start: bad configuration, files from before, a second service
    fullHead  Prisma series, a T1w whose FLAIR comes later, a corpus of hostile files; kill -9 twice, SIGTERM
    stripped  the same studies with models for stripped images: the pair is screened, the whole head is not
    faults    locked ledger, folders that go away and come back, the same study twice; `run --once`

Each of the two in the middle ends with the commands, a search for the patient's name, and an edited audit row.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pydicom

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "Fixtures"))

# In every text of the headers; none may leave the study page.
CANARY = "Zanzibarius"
NAME = f"{CANARY}^Quendolina"
PATIENT_ID = "ZQX7731904"
BIRTH_DATE = "19370219"
ACCESSION = "ACX55021"
SHOWN_ON_WORK_LIST = {ACCESSION}
TEXT_VRS = {"PN", "LO", "SH", "LT", "ST", "UT", "UC"}
# Texts that decide what a series is, and are no identity.
KEPT = {"SequenceName", "PatientID", "AccessionNumber", "Manufacturer", "ManufacturerModelName", "SoftwareVersions",
        "ImagedNucleus", "TransmitCoilName", "PatientName"}

failures = []
measured = {}


def check(what, good, detail=""):
    print(("ok   " if good else "FAIL ") + what + (f"  [{detail}]" if detail != "" else ""), flush=True)
    if not good:
        failures.append(what)
    return good


def measure(what, value):
    measured[what] = value
    print(f"     {what}: {value}", flush=True)


def until(seconds, test, pause=0.25):
    end = time.monotonic() + seconds
    while True:
        found = test()
        if found or time.monotonic() > end:
            return found
        time.sleep(pause)


class Listener:
    """Stands for the service manager: keeps each message with its time and sender."""

    def __init__(self, path):
        self.path = str(path)
        self.messages = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.socket.bind(self.path)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            data, extra, _, _ = self.socket.recvmsg(8192, 1024)
            pid = next((struct.unpack("iII", d[:12])[0] for _, kind, d in extra if kind == socket.SCM_CREDENTIALS), 0)
            self.messages.append((time.monotonic(), pid, data.decode("utf-8", "replace")))

    def lines(self, since=0.0):
        return [line for t, _, text in self.messages if t >= since for line in text.split("\n")]


class Site:
    """One installation in a folder of its own."""

    def __init__(self, program, folder, models, kind, **settings):
        self.program, self.folder, self.process = program, folder, None
        folder.mkdir(parents=True)
        self.inbox, self.reports, self.state = folder / "inbox", folder / "reports", folder / "state"
        self.inbox.mkdir()
        self.state.mkdir(mode=0o700)
        self.log = folder / "stderr"
        self.config = folder / "fcdwatch.toml"
        self.listener = Listener(folder / "notify")
        values = {"fileQuietSeconds": 2, "settleSeconds": 5, "maximumWaitMinutes": 1, "pairWaitMinutes": 1,
                  "rescanSeconds": 3, "reserveMB": 64, "pruneEmptyFoldersAfterMinutes": 1, **settings}
        inbox = "\n".join(f"{key} = {value}" for key, value in values.items())
        self.config.write_text(
            f'[paths]\ninbox = "{self.inbox}"\nreports = "{self.reports}"\nstate = "{self.state}"\n'
            f'models = "{models}"\n[inbox]\n{inbox}\n'
            f'[screening]\nT1w = "T1w-{kind}.fcdmodel"\nFLAIR = "FLAIR-{kind}.fcdmodel"\n'
            "allowDemonstrationModels = true\n")

    def run(self, *arguments, stdin=None, expect=None):
        words = [str(a) for a in arguments]
        done = subprocess.run([self.program, *words, "--config", self.config], input=stdin, capture_output=True,
                              text=True, timeout=600)
        if expect is not None:
            check(f"`{' '.join(words[:2])}` exits {expect}", done.returncode == expect,
                  f"{done.returncode}: {(done.stderr or done.stdout).strip()[:200]}")
        return done

    def json(self, *arguments):
        """Asks again while the ledger is busy, as a script on site would."""
        for _ in range(40):
            done = self.run(*arguments, "--json")
            # `status` ends with 1 where somebody should look.
            if done.returncode in (0, 1) and done.stdout:
                return json.loads(done.stdout)
            if done.returncode not in (66, 75):
                break
            time.sleep(0.25)
        raise RuntimeError(f"{arguments}: {done.returncode} {done.stderr}")

    def cases(self):
        return [c for c in self.json("list") if not c.get("supersededBy")]

    def start(self, *arguments):
        environment = {**os.environ, "NOTIFY_SOCKET": self.listener.path, "WATCHDOG_USEC": "2000000", "TZ": "UTC"}
        environment.pop("WATCHDOG_PID", None)
        since = time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program, "run", "--config", self.config, *arguments], stdout=log,
                                            stderr=log, env=environment)
        ready = until(20, lambda: "READY=1" in self.listener.lines(since) or self.process.poll() is not None)
        check("READY=1 arrives", ready and self.process.poll() is None, f"{time.monotonic() - since:.2f} s")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=20):
        since = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = None
            self.kill()
        check("SIGTERM ends it with 0", code == 0, f"{code} after {time.monotonic() - since:.1f} s")
        check("STOPPING=1 was sent", until(2, lambda: "STOPPING=1" in self.listener.lines(since)))

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def rss_mb(self):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return {k: int(re.search(rf"{k}:\s+(\d+)", text).group(1)) // 1024 for k in ("VmRSS", "VmHWM")}

    def workers(self):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                if f"PPid:\t{self.process.pid}\n" in status:
                    found.append(int(pid))
            except OSError:
                pass
        return found

    def sql(self, query):
        database = sqlite3.connect(f"file:{self.state}/ledger.sqlite?mode=ro", uri=True, timeout=10)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def inbox_files(self):
        return [p for p in self.inbox.rglob("*") if not p.is_dir()]

    def settled(self):
        """True where no file and no case is open."""
        if self.inbox_files():
            return False
        status = self.json("status")
        waiting = {"arriving", "waiting", "ready", "running"}
        cases = self.cases()
        return cases and status and not any(c["state"] in waiting for c in cases)


# What is sent

def canary_series(source, target):
    """Copies of a series with an identity of our own in every text of its headers, private ones too."""
    target.mkdir(parents=True)
    for number, path in enumerate(sorted(source.iterdir()), 1):
        data = pydicom.dcmread(path)
        for element in data.iterall():
            if element.VR in TEXT_VRS and element.keyword not in KEPT and not element.tag.is_private_creator:
                limit = 16 if element.VR == "SH" else 64
                element.value = f"{CANARY} {element.keyword or 'private'}"[:limit]
        data.PatientName, data.PatientID, data.PatientBirthDate = NAME, PATIENT_ID, BIRTH_DATE
        data.AccessionNumber, data.StudyID = ACCESSION, CANARY
        data.OtherPatientIDs = f"{CANARY}-other"
        data.OtherPatientNames = f"{CANARY}^Other"
        data.StudyDescription = data.SeriesDescription = f"{CANARY} study"
        data.ReferringPhysicianName = f"{CANARY}^Doctor"
        data.ImageComments = data.PatientComments = f"{CANARY} comment"
        data.PatientAddress = f"{CANARY} street"
        data.save_as(target / f"{CANARY}_{number:04d}.dcm")
    return sorted(target.iterdir())


def canary_nifti(source, target):
    """A copy whose `descrip` holds a name."""
    raw = bytearray(gzip.decompress(source.read_bytes()))
    raw[148:228] = CANARY.encode().ljust(80, b"\0")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(bytes(raw), 1))


def send(files, folder, per_second=None, pause_at=None, pause_seconds=5):
    folder.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    late = 0.0
    for number, path in enumerate(files):
        if per_second:
            if number == pause_at:
                time.sleep(pause_seconds)
                late += pause_seconds
            wait = start + late + number / per_second - time.monotonic()
            if wait > 0:
                time.sleep(wait)
        shutil.copyfile(path, folder / path.name)


def in_background(function, *arguments, **options):
    thread = threading.Thread(target=function, args=arguments, kwargs=options)
    thread.start()
    return thread


# What is checked

def check_sums(site, files):
    done = site.run("status")
    check("`status` ends with 0, or 1 where somebody should look", done.returncode in (0, 1), done.stderr.strip()[:200])
    check("the sums balance", "The sums balance." in done.stdout)
    counts = site.json("status")
    inputs = {r[0]: r[1] for r in site.sql("SELECT outcome, count(*) FROM inputs GROUP BY outcome")}
    check("every file has one row", sum(inputs.values()) == files, f"{inputs}, {files} sent")
    check("no file waits", inputs.get("waiting", 0) == 0)
    check("the inbox is empty", not site.inbox_files(), [p.name for p in site.inbox_files()][:5])
    known = {r[0] for r in site.sql("SELECT spoolName FROM inputs WHERE spoolName IS NOT NULL")}
    stray = {p.name for p in (site.state / "spool").iterdir()} - known
    check("no stray copy in the spool", not stray, len(stray))
    staging = site.reports / ".staging"
    check("staging is empty", not any(staging.iterdir()))
    return counts


def check_reports(site):
    cases = site.cases()
    keys = site.sql("SELECT studyKey, count(*) FROM cases WHERE supersededBy IS NULL "
                    "GROUP BY studyKey HAVING count(*) > 1")
    check("one case for each study", not keys, keys)
    folders = {p.name for p in site.reports.iterdir() if p.is_dir() and not p.name.startswith(".")}
    named = {c["caseID"] for c in cases if c["state"] in ("reported", "notAssessable")}
    check("a folder for each finished case and no other", folders == named,
          f"{len(folders)} folders, {len(named)} cases")
    published = site.sql("SELECT caseID, count(*) FROM audit WHERE event IN ('reportPublished', 'notAssessable') "
                         "GROUP BY caseID HAVING count(*) > 1")
    check("no case was published twice", not published, published)
    return cases


def check_privacy(site, secrets):
    """Nothing of the patient but on the study page."""
    places = {"stderr": site.log.read_bytes(), "notify": "\n".join(site.listener.lines()).encode(),
              "audit export": site.run("audit", "export", expect=0).stdout.encode(),
              "index.html": (site.reports / "index.html").read_bytes(),
              "status, list": (site.run("status", "--json").stdout + site.run("list", "--json").stdout).encode(),
              "file names": "\n".join(str(p.relative_to(site.folder)) for root in (site.reports, site.state)
                                      for p in root.rglob("*")).encode()}
    for path in list(site.reports.rglob("*.json")) + list((site.state / "quarantine").rglob("reason.json")):
        places[str(path.relative_to(site.folder))] = path.read_bytes()
    for path in site.reports.rglob("*.nii.gz"):
        places[str(path.relative_to(site.folder))] = gzip.decompress(path.read_bytes())[:4096]
    for what, secret in secrets.items():
        found = [place for place, text in places.items() if secret.lower().encode() in text.lower()
                 and not (place == "index.html" and secret in SHOWN_ON_WORK_LIST)]
        check(f"{what} stands nowhere but on the page", not found, found[:6])
    clear = {}
    for (table,) in site.sql("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for column in [r[1] for r in site.sql(f"PRAGMA table_info({table})")]:
            texts = "\n".join(str(r[0]) for r in site.sql(f'SELECT DISTINCT "{column}" FROM "{table}"'))
            hits = [what for what, secret in secrets.items() if secret.lower() in texts.lower()]
            if hits:
                clear[f"{table}.{column}"] = hits
    meant = {"inputs.relativePath", "cases.accession", "cases.studyTime"}
    check("the ledger holds them in the columns meant for it only", set(clear) <= meant, clear)


def check_notifications(site):
    lines = site.listener.lines()
    check("STATUS= was sent", any(line.startswith("STATUS=") for line in lines))
    beats = [t for t, _, text in site.listener.messages if "WATCHDOG=1" in text]
    check("WATCHDOG=1 was sent", len(beats) > 5, len(beats))


def check_audit(site):
    done = site.run("audit", "verify", expect=0)
    measure("audit rows", done.stdout.strip()[:60])
    copy = site.folder / "edited.sqlite"
    ledger = site.state / "ledger.sqlite"
    shutil.copy2(ledger, copy)
    middle = site.sql("SELECT max(seq) / 2 FROM audit")[0][0]
    database = sqlite3.connect(ledger, isolation_level=None)
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'")
    triggers = triggers.fetchall()
    for name, _ in triggers:
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE audit SET outcome = 'forged' WHERE seq = ?", (middle,))
    for _, sql in triggers:
        database.execute(sql)
    database.close()
    done = site.run("audit", "verify", expect=65)
    check("the edited row is named", f"seq {middle}" in done.stdout, done.stdout.strip()[:120])
    answer = json.loads(site.run("audit", "verify", "--json").stdout)
    check("and so it is for programs", answer.get("brokenSeq") == middle, answer)
    shutil.copy2(copy, ledger)
    site.run("audit", "verify", expect=0)


# The nights

def night_of_starts(context):
    site = Site(context.program, context.work / "start", context.models, "fullHead")
    good = site.config.read_text()
    site.config.write_text(good + "[inbx]\nfoo = 1\n" + '[worker]\nmemoryMB = -1\nattempts = "x"\n')
    bad = site.run("run", expect=78)
    wanted = [n for n, line in enumerate(site.config.read_text().split("\n"), 1)
              if line.startswith(("[inbx]", "memoryMB = -1", "attempts = "))]
    said = [n for n in wanted if re.search(rf"(:|line ){n}\b", bad.stdout + bad.stderr)]
    check("each faulty line is named by `run`", said == wanted, f"{said} of {wanted}: {bad.stderr.strip()[:400]}")
    listed = site.run("check-config", expect=78)
    said = [n for n in wanted if re.search(rf"(:|line ){n}\b", listed.stdout)]
    check("each faulty line is named by `check-config`", said == wanted, listed.stdout.strip()[:400])
    site.config.write_text(good + "[inbox\n")
    site.run("run", expect=78)
    site.config.write_text(good)
    site.run("check-config", expect=0)
    site.run("status", expect=66)
    shutil.rmtree(site.state, ignore_errors=True)
    site.run("run", "--once", expect=0)
    shutil.rmtree(site.state, ignore_errors=True)
    site.state.mkdir()

    (site.inbox / "from-before.dcm").write_bytes(b"old")
    foreign = site.run("run", expect=78)
    check("it says why and names --adopt", "--adopt" in foreign.stderr, foreign.stderr.strip()[:200])
    check("nothing was taken", (site.inbox / "from-before.dcm").exists())
    again = site.run("run", "--once", expect=78)
    check("--once refuses too", "INBOX_NOT_EMPTY" in again.stderr)
    adopted = site.run("run", "--once", "--adopt", expect=0)
    check("--adopt takes it", not (site.inbox / "from-before.dcm").exists(), adopted.stderr.strip()[:100])
    site.start()
    site.run("run", expect=75)
    site.run("run", "--once", expect=75)
    check("the first goes on", site.alive())
    site.stop()


def night_of(kind, context):
    """The night itself; `kind` says for which images the models are."""
    site = Site(context.program, context.work / kind, context.models, kind)
    hostile = [p for p in (context.images / "hostile/fuzz_corpus_v2").rglob("*") if p.is_file()]
    t1 = next((context.images / "nifti/openms_mni/patient07").glob("T1_*"))
    flair = next((context.images / "nifti/openms_mni/patient07").glob("FLAIR_*"))
    prepared = context.work / f"{kind}-pair"
    canary_nifti(t1, prepared / "T1_scan.nii.gz")
    canary_nifti(flair, prepared / "FLAIR_scan.nii.gz")

    site.start()
    series = in_background(send, context.series, site.inbox / f"{CANARY} folder", 20, len(context.series) // 2)
    send([prepared / "T1_scan.nii.gz"], site.inbox / f"{CANARY} pair")
    if kind == "fullHead":
        # In mid-intake: some files have rows, some lie in the inbox.
        until(20, lambda: site.sql("SELECT count(*) FROM inputs")[0][0] > 20, 0.02)
        site.kill()
        print(f"     killed in mid-intake, {site.sql('SELECT count(*) FROM inputs')[0][0]} rows", flush=True)
        site.start()
    series.join()

    send(hostile, site.inbox / "hostile")
    sent = time.monotonic()
    until(120, lambda: not [p for p in site.inbox_files() if "hostile" in p.parts], 0.1)
    measure(f"{kind}: s to take {len(hostile)} hostile files (2 s quiet)", round(time.monotonic() - sent, 1))
    until(120, lambda: site.sql("SELECT count(*) FROM inputs WHERE outcome = 'waiting' AND kind IS NULL")[0][0] == 0)
    measure(f"{kind}: s until they are judged", round(time.monotonic() - sent, 1))
    check("the service lives", site.alive())
    measure(f"{kind}: MB of the daemon after intake", site.rss_mb())

    # The FLAIR of the T1w above, within the pair wait.
    send([prepared / "FLAIR_scan.nii.gz"], site.inbox / f"{CANARY} pair")

    running = until(120, lambda: [c for c in site.cases() if c["state"] == "running"], 0.1)
    check("a case is screened", running)
    if kind == "fullHead":
        case = running[0]["caseID"]
        workers = site.workers()
        time.sleep(1)
        site.kill()
        gone = until(10, lambda: not any(Path(f"/proc/{w}").exists() for w in workers), 0.1)
        check("the worker dies with the daemon", gone, workers)
        site.start()
        running = until(120, lambda: [c for c in site.cases() if c["state"] == "running"], 0.1)
        check("screening goes on after kill -9", running)
        time.sleep(2)
        case, attempts = (running[0]["caseID"], running[0]["attempts"]) if running else (case, 0)
        site.stop()
        back = next(c for c in site.cases() if c["caseID"] == case)
        finished = back["state"] in ("reported", "notAssessable")
        check("SIGTERM hands the case back, the attempt not counted",
              finished or (back["state"] == "ready" and back["attempts"] == attempts - 1),
              (back["state"], back["attempts"]))
        site.start()
    done = until(300, site.settled, 0.5)
    check("everything comes to an end", done, [(c["caseID"], c["state"],
          c.get("waitingFor")) for c in site.cases()][:8])
    time.sleep(2)
    measure(f"{kind}: MB of the daemon at the end", site.rss_mb())
    check("the service lives", site.alive())

    files = len(context.series) + 2 + len(hostile)
    check_sums(site, files)
    cases = check_reports(site)
    print("     " + str(sorted({(c["state"], c.get("code")) for c in cases}, key=str)), flush=True)
    pages = {c["caseID"]: (site.reports / c["caseID"] / "report.html").read_text()
             for c in cases if c["state"] in ("reported", "notAssessable")}
    prisma = [c for c in cases if c["caseID"] in pages and "Quendolina" in pages[c["caseID"]]]
    check("one page names the patient", len(prisma) == 1, len(prisma))
    images = "SELECT count(*) FROM inputs WHERE relativePath LIKE '%scan.nii.gz' AND caseID = "
    pair = [c for c in cases if site.sql(f"{images}'{c['caseID']}'")[0][0] == 2]
    check("T1w and FLAIR are one case", len(pair) == 1)
    if prisma and pair:
        page = pages[prisma[0]["caseID"]]
        check("it has the birth date", re.search(r"1937.?02.?19|19.?Feb\w*.?1937|19\.0?2\.1937", page) is not None)
        expected = {"fullHead": ("reported", "notAssessable"), "stripped": ("notAssessable", "reported")}[kind]
        found = (prisma[0]["state"], pair[0]["state"])
        check("each is judged as its models can", found == expected, (found, prisma[0].get("code"),
              pair[0].get("code")))
        result = json.loads((site.reports / pair[0]["caseID"] / "result.json").read_text())
        modalities = sorted({m for m in re.findall(r'"(T1w|FLAIR)"', json.dumps(result))})
        check("the pair's result speaks of both", modalities == ["FLAIR", "T1w"], modalities)
    scored = [c["caseID"] for c in cases if c["state"] == "reported"]
    check("nothing else has a score", len(scored) == 1, scored)
    check("nothing hostile has a page with a score", all(
        site.sql(f"SELECT count(*) FROM inputs WHERE caseID = '{c}' AND relativePath LIKE 'hostile/%'")[0][0] == 0
        for c in scored))

    waited = site.sql("SELECT body FROM audit WHERE event IN ('reportPublished', 'notAssessable')")
    measure(f"{kind}: reports, seconds from last file", [json.loads(r[0])["waitedSeconds"] for r in waited])

    context.commands(site, prisma, kind)
    check_notifications(site)
    uids = {"study UID": str(context.header.StudyInstanceUID), "series UID": str(context.header.SeriesInstanceUID)}
    check_privacy(site, {"name": CANARY, "given name": "Quendolina", "patient ID": PATIENT_ID,
                         "birth date": BIRTH_DATE, "birth date as shown": "1937-02-19", "accession": ACCESSION, **uids})
    site.stop()
    check_audit(site)


def commands(context):
    def run(site, prisma, kind):
        case = prisma[0]["caseID"] if prisma else "none"
        check("`show` knows the case", case in site.run("show", case, expect=0).stdout)
        told = site.run("explain", case, expect=0).stdout
        check("`explain` tells the attempts", "Screening began, attempt" in told, told.strip()[-200:])
        site.run("explain", "000000000000", expect=66)
        issuer = str(getattr(context.header, "IssuerOfPatientID", "") or "")
        identifier = (issuer + "\t" if issuer else "") + PATIENT_ID
        found = site.run("find", stdin=identifier + "\n", expect=0)
        check("`find` names the case", case in found.stdout, found.stdout.strip()[:100])
        site.run("find", stdin="nobody\n", expect=66)
        site.run("find", stdin="", expect=64)
        retry = site.run("retry", case, expect=65)
        check("only failed cases are retried", "Only a case that failed" in retry.stderr, retry.stderr.strip()[:120])
        listed = site.json("list", "--state", prisma[0]["state"]) if prisma else []
        check("`list --state` filters", all(c["state"] == prisma[0]["state"] for c in listed))
    return run


def night_of_faults(context):
    kind = "stripped"
    site = Site(context.program, context.work / "faults", context.models, kind, pairWaitMinutes=0)
    folder = context.images / "nifti/openms_mni/patient19"
    t1, flair = next(folder.glob("T1_*")), next(folder.glob("FLAIR_*"))
    site.start()
    ledger = site.state / "ledger.sqlite"

    def lock(how="EXCLUSIVE"):
        database = sqlite3.connect(ledger, isolation_level=None, timeout=30)
        database.execute(f"BEGIN {how}")
        return database

    # The ledger can be read and not written while files come.
    database = lock("IMMEDIATE")
    send([t1, flair], site.inbox / "one")
    time.sleep(25)
    copies = len(list((site.state / "spool").iterdir()))
    check("a locked ledger leaves no heap of copies", copies <= 2, copies)
    check("locked ledger at intake: the service lives", site.alive())
    database.execute("ROLLBACK")
    database.close()
    running = until(60, lambda: [c for c in site.cases() if c["state"] == "running"], 0.1)
    check("and work goes on", running)

    # Locked while the worker ends, longer than the ledger's patience.
    database = lock()
    until(120, lambda: not site.workers(), 0.2)
    time.sleep(12)
    database.execute("ROLLBACK")
    database.close()
    check("locked ledger at the end of a case: the service lives", site.alive())
    done = until(90, site.settled, 0.5)
    check("and the case gets its report without a restart", done, [(c["state"], c["attempts"]) for c in site.cases()])
    if not done:
        site.stop()
        site.start()
        check("after a restart it does", until(120, site.settled, 0.5))

    # The inbox goes away and comes back.
    away = site.folder / "inbox-away"
    site.inbox.rename(away)
    time.sleep(8)
    check("the inbox gone: the service lives", site.alive())
    listed = (site.reports / "index.html").read_text()
    check("the work list says so", "INBOX_UNREADABLE" in listed)
    check("`status` of the manager says so", any("PAUSED" in line for line in site.listener.lines()))
    away.rename(site.inbox)
    # The same study again, under other names: duplicates, no second report.
    send([t1, flair], site.inbox / "two")
    check("the inbox back: files are taken", until(60, lambda: not site.inbox_files()))
    time.sleep(8)
    until(60, site.settled)
    outcomes = dict(site.sql("SELECT outcome, count(*) FROM inputs GROUP BY outcome"))
    check("the same study again: duplicates", outcomes.get("duplicate") == 2, outcomes)
    check("and one report", len([c for c in site.cases() if c["state"] == "reported"]) == 1)
    check("the alarm is gone", until(20, lambda: "INBOX_UNREADABLE" not in (site.reports / "index.html").read_text()))

    # The reports go away while a case is screened.
    folder = context.images / "nifti/openms_mni/patient07"
    send([next(folder.glob("T1_*")), next(folder.glob("FLAIR_*"))], site.inbox / "three")
    until(60, lambda: [c for c in site.cases() if c["state"] == "running"], 0.1)
    time.sleep(1)
    gone = site.folder / "reports-away"
    site.reports.rename(gone)
    # Not an empty folder, which the service could take for its own.
    site.reports.write_text("")
    until(120, lambda: not site.workers(), 0.2)
    time.sleep(25)
    check("the reports gone: the service lives", site.alive())
    site.reports.unlink()
    gone.rename(site.reports)
    done = until(120, site.settled, 0.5)
    check("the reports back: the case is reported, not failed",
          done and sum(c["state"] == "reported" for c in site.cases()) == 2,
          [(c["state"], c.get("code"), c["attempts"]) for c in site.cases()])
    failed = [c["caseID"] for c in site.cases() if c["state"] == "failed"]
    if failed:
        site.run("retry", failed[0], expect=0)
        check("`retry` brings it to an end", until(120, lambda: site.settled() and not [
            c for c in site.cases() if c["state"] == "failed"], 0.5))
    check("no row is lost", site.json("status") is not None and site.run("audit", "verify").returncode == 0)
    check("emptied folders are removed from the inbox", until(90, lambda: not list(site.inbox.iterdir()), 1),
          [p.name for p in site.inbox.iterdir()])
    # Files of one size and one time, as `cp -p` and archives leave them, under inode numbers that come back.
    distinct = 120
    for number in range(distinct):
        path = site.inbox / f"slice{number:04d}.dcm"
        path.write_bytes(f"{number:08d}".encode() * 200)
        os.utime(path, (1530186568, 1530186568))
        time.sleep(0.05)
    until(30, lambda: not site.inbox_files())
    until(30, lambda: site.sql("SELECT count(*) FROM inputs WHERE kind IS NULL AND outcome = 'waiting'")[0][0] == 0)
    rows = site.sql("SELECT count(*) FROM inputs WHERE relativePath LIKE 'slice%'")[0][0]
    check("different files of one size and time all have rows", rows == distinct, f"{rows} of {distinct}")
    if site.alive():
        site.stop()
    check_sums(site, 6 + distinct)
    check_reports(site)

    once = Site(context.program, context.work / "once", context.models, kind, pairWaitMinutes=60, settleSeconds=60,
                maximumWaitMinutes=120)
    once.run("run", "--once", expect=0)
    send([t1, flair], once.inbox / "study")
    send(sorted((context.images / "dicom/siemens_jpegll_fragmented_phantom").rglob("*.dcm"))[:5], once.inbox / "part")
    since = time.monotonic()
    once.run("run", "--once", expect=0)
    measure("run --once, s", round(time.monotonic() - since, 1))
    check("`--once` leaves nothing open", once.settled(), [(c["state"], c.get("code")) for c in once.cases()])
    check("`--once` reports the study", sum(c["state"] == "reported" for c in once.cases()) == 1)
    once.run("audit", "verify", expect=0)


class Context:
    def __init__(self, program, images, work):
        import torch
        import oracle

        self.program, self.images, self.work = str(program), images, work
        self.models = work / "models"
        self.models.mkdir(parents=True)
        torch.manual_seed(7)
        checkpoints = []
        for fold in range(2):
            state = oracle.ResNet3D(oracle.Spec(width=8)).state_dict()
            checkpoints.append(str(work / f"fold{fold}.pth"))
            torch.save({k: v for k, v in state.items() if not k.startswith("fc")}, checkpoints[-1])
        for kind in ("fullHead", "stripped"):
            for modality in ("T1w", "FLAIR"):
                subprocess.run([self.program, "models", "import", *checkpoints, "--modality", modality, "--input", kind,
                                "--new-head", "--output", self.models / f"{modality}-{kind}.fcdmodel"],
                               check=True, stdout=subprocess.DEVNULL)
        self.series = canary_series(images / "dicom/siemens_prisma_mprage_classic/T1", work / f"{CANARY} series")
        self.header = pydicom.dcmread(self.series[0], stop_before_pixels=True)
        self.commands = commands(self)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("images", type=Path)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--only", action="append", choices=["start", "fullHead", "stripped", "faults"])
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    work = options.work or Path(tempfile.mkdtemp(prefix="night-"))
    context = Context(options.program.resolve(), options.images.resolve(), work.resolve())
    nights = {"start": night_of_starts, "fullHead": lambda c: night_of("fullHead", c),
              "stripped": lambda c: night_of("stripped", c), "faults": night_of_faults}
    for name in options.only or nights:
        print(f"== {name}", flush=True)
        try:
            nights[name](context)
        except Exception as error:  # A night that cannot be driven to its end is a failure like any other.
            check(f"night {name} runs to its end", False, f"{type(error).__name__}: {error}")
    print(f"\n{len(failures)} failures" + "".join("\n  " + f for f in failures))
    print(json.dumps(measured, indent=1, default=str))
    if not options.keep and not failures:
        shutil.rmtree(work)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
