#!/usr/bin/env python3
"""Studies that arrive as files in folders, in every way that people and programs copy, and what must be true of them.

    Tests/Outside/folder_night.py PROGRAM [--studies 100] [--copiers 6] [--seed 1] [--work DIR] [--demo DIR]
                                  [--report FILE]

Copies at random speed and in random order: in one go, in pieces with pauses, under `.part`, `.tmp` or a hidden name and
then renamed, in nested folders with odd names, moved to another folder half-way, deleted half-way and copied again, the
same study twice, two patients interleaved in one folder; slices held back within the waits and beyond them, copies that
end for ever, and one that stalls inside a file for longer than the quiet time. Equal seeds give equal plans. Compared
with the same truth as `senders.py`; the same things are needed. About 10 minutes for 100 studies on two cores.
"""

import argparse
import os
import queue
import random
import shutil
import threading
import time

from arrival_studies import CANARY, Heads, Maker
from arrival_truth import Truth, progress, read_options, tell_and_exit, watch_to_the_end, write_report
from night import Site, check, measure, measured, until

# How a study is copied, of a hundred. What each is called is its fate in the table.
FATES = {"plain": 26, "slow": 10, "renamed": 12, "nested": 12, "moved": 8, "deleted": 8, "twice": 6, "held": 7,
         "late": 5, "cut": 4, "stalled": 2}
QUIET_SECONDS = 2
# Folder and file names as bytes: what a file system lets through.
ODD = [b"plain", b"with space", "Čeněk Łukasz".encode(), b"-rf", b"new\nline", b"dots...",
       b"\xff\xfe broken utf8", b"%2e%2e%2f", b"$(reboot)", b"semi;colon", "\u202ertl".encode(), b"x" * 255, b"DICOM",
       b"0001", b"quote'\""]


class Copier:
    """Brings studies into the inbox. Each study has random numbers of its own, so threads do not change the plan."""

    def __init__(self, inbox, seed):
        self.inbox, self.seed = os.fsencode(inbox), seed
        self.lock = threading.Lock()
        self.arrived, self.held_back = set(), []

    def copy(self, study):
        numbers = random.Random(f"{self.seed} {study.number}")
        files = [f for s in study.series for f in s.files]
        numbers.shuffle(files)
        # Every fifth pair of neighbours shares a folder: two patients interleaved.
        folder = os.path.join(self.inbox, b"shared%d" % (study.number // 2)) if study.number // 2 % 5 == 0 else \
            os.path.join(self.inbox, b"%s %d" % (CANARY.encode(), study.number))
        getattr(self, study.fate)(study, files, folder, numbers)

    # The ways

    def plain(self, study, files, folder, numbers):
        pause = numbers.choice([0, 0, 0.005, 0.03])
        for number, path in enumerate(files):
            self.put(study, path, folder, self.name(study, path, numbers))
            time.sleep(pause)

    def slow(self, study, files, folder, numbers):
        for path in files:
            slowly = numbers.random() < 0.05 or len(files) < 3
            self.put(study, path, folder, self.name(study, path, numbers), pieces=5 if slowly else 1)

    def renamed(self, study, files, folder, numbers):
        ending = numbers.choice([b"%s.part", b"%s.tmp", b".%s.a1b2", b"%s.filepart", b"%s~"])
        for path in files:
            name = self.name(study, path, numbers)
            self.put(study, path, folder, ending % name, final=name)
            time.sleep(0.005)

    def nested(self, study, files, folder, numbers):
        for path in files:
            deep = os.path.join(folder, *numbers.choices(ODD, k=numbers.randrange(1, 5)))
            self.put(study, path, deep, self.name(study, path, numbers))

    def moved(self, study, files, folder, numbers):
        for path in files:
            name = self.name(study, path, numbers)
            target = self.put(study, path, folder, name)
            if numbers.random() < 0.3:
                self.move(target, os.path.join(folder, b"sorted"), name)

    def deleted(self, study, files, folder, numbers):
        first = [self.put(study, path, folder, self.name(study, path, numbers), counts=False)
                 for path in files[:len(files) // 2]]
        time.sleep(numbers.choice([0, 1, 4]))
        for path in first:
            try:
                os.unlink(path)
            except FileNotFoundError:
                pass  # Taken already: then it comes twice.
        self.plain(study, files, folder, numbers)

    def twice(self, study, files, folder, numbers):
        self.plain(study, files, folder, numbers)
        time.sleep(numbers.choice([0, 5, 15]))
        self.plain(study, files, folder + b" again", numbers)

    def held(self, study, files, folder, numbers):
        self.plain(study, files[1:], folder, numbers)
        time.sleep(numbers.uniform(5, 25))
        self.plain(study, files[:1], folder, numbers)

    def late(self, study, files, folder, numbers):
        self.plain(study, files[1:], folder, numbers)
        with self.lock:
            self.held_back.append((study, files[:1], folder, numbers))

    def cut(self, study, files, folder, numbers):
        self.plain(study, files[:len(files) * 2 // 3], folder, numbers)

    def stalled(self, study, files, folder, numbers):
        """A copy that stands still inside a file for longer than the quiet time, then goes on."""
        self.plain(study, files[1:], folder, numbers)
        name = self.name(study, files[0], numbers)
        self.put(study, files[0], folder, name, pieces=2, pause=2.5 * QUIET_SECONDS, counts=False)

    # Files

    def name(self, study, path, numbers):
        style = numbers.randrange(4)
        plain = path.parent.name + "-" + path.stem
        return [plain + ".dcm", plain.upper() + ".DCM", "IM_" + plain, f"{CANARY} {plain}.ima"][style].encode()

    def put(self, study, path, folder, name, final=None, pieces=1, pause=None, counts=True):
        os.makedirs(folder, exist_ok=True)
        target = os.path.join(folder, name)
        data = path.read_bytes()
        size = -(-len(data) // pieces)
        with open(target, "wb", buffering=0) as f:
            for start in range(0, len(data), size):
                if start:
                    time.sleep(0.4 if pause is None else pause)
                f.write(data[start:start + size])
        if final:
            target = os.path.join(folder, final)
            os.rename(os.path.join(folder, name), target)
        with self.lock:
            if counts:
                self.arrived.add(path)
            study.last_sent = time.time()
        return target

    def move(self, source, folder, name):
        os.makedirs(folder, exist_ok=True)
        try:
            os.rename(source, os.path.join(folder, name))
        except FileNotFoundError:
            pass  # Taken already.


def assign_fates(studies, seed):
    numbers = random.Random(seed)
    fates = [f for f, share in FATES.items() for f in [f] * max(1, round(share * len(studies) / 100))]
    numbers.shuffle(fates)
    for study in studies:
        # A study of one file can neither be held back nor cut between files.
        usable = [f for f in fates if study.kind != "enhanced" or f not in ("held", "late", "cut")]
        study.fate = usable[0] if usable else "plain"
        if usable:
            fates.remove(usable[0])


def copy_all(copier, studies, copiers, seed):
    order = list(studies)
    random.Random(seed + 1).shuffle(order)
    waiting = queue.SimpleQueue()
    for study in order:
        waiting.put(study)
    troubles = []

    def work():
        while not waiting.empty():
            try:
                study = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                copier.copy(study)
            except Exception as error:  # A copier that dies must not look like a service that loses files.
                troubles.append((study.number, study.fate, repr(error)))

    threads = [threading.Thread(target=work) for _ in range(copiers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    check("every copy was made", not troubles, troubles[:4])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=100)
    parser.add_argument("--copiers", type=int, default=6)
    options, program, work = read_options(parser, "folder-night-")

    heads = Heads(program, work, options.demo)
    maker = Maker(heads, work / "sent", options.seed)
    studies = maker.studies(options.studies)
    assign_fates(studies, options.seed)
    print(f"     {len(studies)} studies, {len(maker.instances)} objects", flush=True)
    shutil.rmtree(work / "site", ignore_errors=True)
    site = Site(program, work / "site", heads.models, "small", fileQuietSeconds=QUIET_SECONDS, settleSeconds=8)
    site.start()
    copier = Copier(site.inbox, options.seed)
    since = time.monotonic()
    copy_all(copier, studies, options.copiers, options.seed)
    seconds = time.monotonic() - since
    objects, megabytes = len(copier.arrived), sum(f.stat().st_size for f in copier.arrived) / 1e6
    measure("copying", f"{objects} objects, {megabytes:.0f} MB in {seconds:.0f} s: {objects / seconds:.0f} objects/s, "
                       f"{megabytes / seconds:.1f} MB/s")
    emptied = time.monotonic()
    until(900, lambda: not site.inbox_files(), 0.5)
    measure("inbox empty, s after the last copy", round(time.monotonic() - emptied, 1))

    named = "SELECT count(DISTINCT caseID) FROM audit WHERE event = 'studyIncomplete'"
    short = sum(s.fate in ("late", "cut") for s in studies)
    until(300, lambda: site.sql(named)[0][0] >= short, 1)
    print(f"     {site.sql(named)[0][0]} called incomplete, {progress(site)}", flush=True)
    for held in copier.held_back:
        copier.plain(*held)
    watch_to_the_end(site)

    truth = Truth(site, studies, maker.instances)
    uid_of = {path: uid for uid, (_, _, path) in maker.instances.items()}
    truth.check_all([uid_of[p] for p in copier.arrived], {})
    called = {row[0] for row in site.sql("SELECT caseID FROM audit WHERE event = 'studyIncomplete'")}
    check("what was held beyond the wait was called incomplete first",
          all(truth.of_study[s.number] & called for s in studies
              if s.fate == "late" and s.kind != "2d"))
    for state, times in truth.latencies().items():
        measure(f"s from a study's last file to {state}", times)
    site.stop()
    if options.report:
        command = f"Tests/Outside/folder_night.py PROGRAM --studies {len(studies)} --copiers {options.copiers} " \
                  f"--seed {options.seed}"
        lead = (f"{len(studies)} studies of made-up heads copied into the inbox by {options.copiers} copiers at "
                f"random speed and in random order. Waits of the test: {QUIET_SECONDS} s for a file, 8 s for a study, "
                "60 s for a pair or for missing images. The fates are told in the script.")
        write_report(options.report, "A night of folder copies", command, options.seed, program, lead, truth, measured)
    tell_and_exit(options, work)


if __name__ == "__main__":
    main()
