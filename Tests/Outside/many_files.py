#!/usr/bin/env python3
"""A hundred thousand files in the inbox: what they cost the service, and that nothing else waits for them.

    Tests/Outside/many_files.py PROGRAM [--files 100000] [--work DIR] [--only RUN] [--keep]

PROGRAM is a built `fcdwatch`. Needs nothing but Python. Exits 1 where a bar is missed:

    one look at the inbox       under 2 s of processor time
    memory of the daemon        under 60 MB, VmRSS and VmHWM, from the first look to the last file taken
    watchdog                    never later than the interval that the service manager was told

The runs; each prints a row:

    scan     files under unfinished names in some hundred sub-folders: looking only
    flat     the same in one folder
    kept     files of a read-only share (inbox.keep) that were all taken before
    take     every file is taken, hashed, entered, inspected and put into quarantine, while the studies of a sample night
             that came in the middle of the heap are screened; ends with a restart on the full ledger
    slow     as `take`, with files of 500 KB
"""

import argparse
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

WATCHDOG_SECONDS = 10
CPU_BAR, MEMORY_BAR_MB = 2.0, 60.0
failures, rows = [], []


def check(what, good, detail=""):
    print(("ok   " if good else "FAIL ") + what + (f"  [{detail}]" if detail != "" else ""), flush=True)
    if not good:
        failures.append(what)


class Site:
    def __init__(self, program, folder, **settings):
        self.program, self.folder, self.process = program, folder, None
        folder.mkdir(parents=True)
        self.inbox, self.reports, self.state = folder / "inbox", folder / "reports", folder / "state"
        for path in (self.inbox, self.reports, self.state):
            path.mkdir(mode=0o700)
        self.log = folder / "stderr"
        values = {"fileQuietSeconds": 2, "settleSeconds": 5, "maximumWaitMinutes": 1, "pairWaitMinutes": 1,
                  "rescanSeconds": 5, "reserveMB": 64, **settings}
        inbox = "\n".join(f"{key} = {value}" for key, value in values.items())
        self.config = folder / "fcdwatch.toml"
        self.config.write_text(
            f'[paths]\ninbox = "{self.inbox}"\nreports = "{self.reports}"\nstate = "{self.state}"\n'
            f'models = "{folder}/models"\n[inbox]\n{inbox}\n')
        self.pings = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.ready_at = None
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            text = self.socket.recv(65536).decode("utf-8", "replace")
            now = time.monotonic()
            if "WATCHDOG=1" in text:
                self.pings.append(now)
            if "READY=1" in text:
                self.ready_at = now

    def start(self):
        environment = {**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify"),
                       "WATCHDOG_USEC": str(WATCHDOG_SECONDS * 1_000_000), "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("WATCHDOG_PID", None)
        self.ready_at, begin = None, time.monotonic()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program, "run", "--adopt", "--config", self.config], stdout=log,
                                            stderr=log, env=environment)
        self.pings = [begin]
        while self.ready_at is None and self.process.poll() is None and time.monotonic() < begin + 120:
            time.sleep(0.02)
        if self.ready_at is None:
            raise RuntimeError("not ready: " + self.log.read_text()[-500:])
        return self.ready_at - begin

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def cpu(self):
        """Seconds of processor time of the daemon alone; those of its workers are counted elsewhere."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self):
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return {key: int(re.search(rf"{key}:\s+(\d+)", text).group(1)) / 1024
                for key in ("VmRSS", "VmHWM", "RssAnon", "RssFile")}

    def rollup(self):
        try:
            text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        except OSError:
            return 0.0
        return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024

    def longest_gap(self):
        times = self.pings + [time.monotonic()]
        return max(b - a for a, b in zip(times, times[1:]))

    def sql(self, query):
        for _ in range(200):
            try:
                database = sqlite3.connect(f"file:{self.state}/ledger.sqlite?mode=ro", uri=True, timeout=10)
                try:
                    return database.execute(query).fetchall()
                finally:
                    database.close()
            except sqlite3.OperationalError:
                time.sleep(0.05)
        raise RuntimeError("the ledger stays locked")

    def inputs(self):
        return dict(self.sql("SELECT outcome, count(*) FROM inputs GROUP BY outcome"))


class Peak:
    """The largest of everything, asked for all the time."""

    def __init__(self, site):
        self.site, self.values, self.ends = site, {}, False
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def work(self):
        while not self.ends:
            try:
                now = {**self.site.memory(), "Pss": self.site.rollup()}
            except (OSError, AttributeError):
                return
            for key, value in now.items():
                self.values[key] = max(self.values.get(key, 0.0), value)
            time.sleep(0.25)

    def end(self):
        self.ends = True
        self.thread.join()
        return self.values


def fill(inbox, count, suffix, folders, size=2048, seed=7):
    """Files of random bytes behind a preamble that names DICOM: none is an image."""
    noise = os.urandom(1 << 20)
    for index in range(count):
        folder = inbox / f"sender{index % 7}" / f"study{index * folders // count:04d}" if folders else inbox
        if folders and index * folders // count != (index - 1) * folders // count or index < 8:
            folder.mkdir(parents=True, exist_ok=True)
        elif folders and not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
        start = (index * 7919) % (len(noise) - 4096)
        head = f"{seed} {index:08d}".encode()
        body = noise[start:start + 4096] * (size // 4096 + 1)
        descriptor = os.open(folder / f"MR.1.2.826.{index:07d}.dcm{suffix}", os.O_WRONLY | os.O_CREAT, 0o660)
        os.write(descriptor, (head + body)[:size])
        os.close(descriptor)


def demo_inputs(program, folder):
    """The files of a sample night, as they lay in its inbox."""
    subprocess.run([program, "demo", "--output", str(folder / "demo")], check=True, capture_output=True)
    database = sqlite3.connect(f"file:{folder}/demo/state/ledger.sqlite?mode=ro", uri=True)
    names = database.execute("SELECT spoolName, relativePath FROM inputs WHERE spoolName IS NOT NULL").fetchall()
    database.close()
    for name, path in names:
        target = folder / "studies" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / "demo" / "state" / "spool" / name, target)
    return folder / "studies", len(names)


def wait_quiet(site, seconds, begin=None):
    """Processor time at the end of a look: once it has risen above `begin`, when none was used for three seconds."""
    end, last, still = time.monotonic() + seconds, site.cpu(), 0
    while time.monotonic() < end and still < 3:
        time.sleep(1)
        now = site.cpu()
        # A look at a large inbox follows an event by up to rescanSeconds.
        still = still + 1 if now - last < 0.02 and (begin is None or now - begin > 0.04) else 0
        last = now
    return site.cpu()


def row(name, files, **values):
    rows.append((name, files, values))
    print(f"     {name}, {files} files: " + ", ".join(f"{k} {v}" for k, v in values.items()), flush=True)


def bars(name, peak, gap, cpu=None):
    check(f"{name}: VmRSS under {MEMORY_BAR_MB:.0f} MB", peak["VmRSS"] < MEMORY_BAR_MB, f"{peak['VmRSS']:.1f}")
    check(f"{name}: VmHWM under {MEMORY_BAR_MB:.0f} MB", peak["VmHWM"] < MEMORY_BAR_MB, f"{peak['VmHWM']:.1f}")
    check(f"{name}: watchdog fed in time", gap < WATCHDOG_SECONDS, f"longest pause {gap:.2f} s")
    if cpu is not None:
        check(f"{name}: one look under {CPU_BAR} s of processor time", cpu < CPU_BAR, f"{cpu:.2f} s")


def show(peak):
    return {key: f"{value:.1f} MB" for key, value in peak.items()}


def run_scan(program, work, files, name, folders):
    site = Site(program, work / name, fileQuietSeconds=3600, maximumWaitMinutes=120, rescanSeconds=120)
    fill(site.inbox, files, ".part", folders)
    site.start()
    peak = Peak(site)
    # The first look comes with the start, so it is the start's time that is taken off.
    first = wait_quiet(site, 60)
    # Two more looks, each asked for by one event and counted alone.
    looks = []
    for index in range(3):
        before = site.cpu()
        (site.inbox / f"wake{index}.part").write_bytes(b"x")
        looks.append(wait_quiet(site, 60, before) - before)
    gap = site.longest_gap()
    values = peak.end()
    steady = site.memory()
    check(f"{name}: ends in order", site.stop() == 0)
    bars(name, values, gap, max(looks))
    row(name, files, **{"start and first look": f"{first:.2f} s", "one look": f"{max(looks):.2f} s CPU",
                        "longest pause of the watchdog": f"{gap:.2f} s", "at the end VmRSS": f"{steady['VmRSS']:.1f} MB"},
        **show(values))


def run_kept(program, work, files):
    site = Site(program, work / "kept", keep="true", rescanSeconds=120)
    fill(site.inbox, files, ".dcm", 300, size=64)
    site.start()
    peak, begin = Peak(site), time.monotonic()
    taken = lambda: sum(site.inputs().values())
    while taken() < files and time.monotonic() - begin < 3600 and site.process.poll() is None:
        time.sleep(2)
    seconds = time.monotonic() - begin
    check("kept: every file has a row", taken() == files, taken())
    site.stop()
    values = peak.end()
    bars("kept, first time", values, site.longest_gap())
    start = site.start()
    peak = Peak(site)
    wait_quiet(site, 60)
    looks = []
    for index in range(2):
        before = site.cpu()
        (site.inbox / f"wake{index}.part").write_bytes(b"x")
        looks.append(wait_quiet(site, 60, before) - before)
    check("kept: nothing is taken twice", taken() == files, taken())
    gap = site.longest_gap()
    values = peak.end()
    check("kept: ends in order", site.stop() == 0)
    bars("kept, after a restart", values, gap, max(looks))
    row("kept", files, **{"first time": f"{seconds:.0f} s", "start": f"{start:.1f} s", "one look": f"{max(looks):.2f} s CPU"},
        **show(values))


def run_take(program, work, files, name, size, studies):
    site = Site(program, work / name)
    source, count = studies if studies else (None, 0)
    half = files // 2
    fill(site.inbox / "first", half, "", 150, size, seed=1)
    if source:
        shutil.copytree(source, site.inbox / "studies")
    fill(site.inbox / "second", files - half, "", 150, size, seed=2)
    total, begin = files + count, time.monotonic()
    site.start()
    peak = Peak(site)
    first_case = last_case = all_taken = None
    while time.monotonic() - begin < 5400 and site.process.poll() is None:
        inputs = site.inputs()
        now = time.monotonic() - begin
        done = site.sql("SELECT count(*) FROM cases WHERE state IN ('reported', 'notAssessable', 'incomplete', 'failed')")
        if done[0][0] and first_case is None:
            first_case = now
        if sum(inputs.values()) >= total and all_taken is None:
            all_taken = now
        unread = site.sql("SELECT count(*) FROM inputs WHERE outcome = 'waiting' AND kind IS NULL")[0][0]
        open_cases = site.sql("SELECT count(*) FROM cases WHERE state IN ('arriving', 'waiting', 'ready', 'running')")[0][0]
        if sum(inputs.values()) >= total and unread == 0 and open_cases == 0:
            last_case = now
            break
        time.sleep(2)
    cpu, gap = site.cpu(), site.longest_gap()
    values = peak.end()
    inputs = site.inputs()
    check(f"{name}: every file has one row", sum(inputs.values()) == total, f"{inputs}, {total} sent")
    left = sum(1 for p in site.inbox.rglob("*") if not p.is_dir())
    check(f"{name}: the inbox is empty", left == 0, left)
    check(f"{name}: junk is in quarantine", inputs.get("refused", 0) >= files, inputs)
    if source:
        check(f"{name}: studies were decided before the last file was taken",
              first_case is not None and all_taken is not None and first_case < all_taken, f"{first_case} {all_taken}")
    check(f"{name}: ends in order", site.stop() == 0)
    bars(name, values, gap)
    seconds = f"{all_taken:.0f} s, {total / all_taken:.0f} files/s" if all_taken else "not all"
    row(name, total, **{"all taken": seconds, "first study decided": f"{first_case or 0:.0f} s",
                        "everything decided": f"{last_case or 0:.0f} s", "daemon CPU": f"{cpu:.0f} s",
                        "longest pause of the watchdog": f"{gap:.2f} s"}, **show(values))
    start = site.start()
    peak = Peak(site)
    wait_quiet(site, 30)
    values = peak.end()
    site.stop()
    bars(f"{name}, restart on the full ledger", values, 0.0)
    row(f"{name}, restart", total, start=f"{start:.1f} s", **show(values))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--only", choices=["scan", "flat", "kept", "take", "slow"], action="append")
    parser.add_argument("--keep", action="store_true", help="leave the folders")
    options = parser.parse_args()
    program = str(Path(options.program).resolve())
    work = Path(tempfile.mkdtemp(prefix="many-files-", dir=options.work))
    print(f"{work}, {os.cpu_count()} cores")
    wanted = options.only or ["scan", "flat", "kept", "take"]
    try:
        if "scan" in wanted:
            run_scan(program, work, options.files, "scan", 300)
        if "flat" in wanted:
            run_scan(program, work, options.files, "flat", 0)
        if "kept" in wanted:
            run_kept(program, work, options.files)
        if "take" in wanted:
            run_take(program, work, options.files, "take", 2048, demo_inputs(program, work))
        if "slow" in wanted:
            run_take(program, work, max(1, options.files // 20), "slow", 500_000, None)
    finally:
        if not options.keep:
            shutil.rmtree(work, ignore_errors=True)
    print()
    for name, files, values in rows:
        print(f"{name} ({files} files)")
        for key, value in values.items():
            print(f"    {key:32s} {value}")
    if failures:
        print("FAILED: " + "; ".join(failures))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
