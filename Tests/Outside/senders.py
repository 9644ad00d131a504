#!/usr/bin/env python3
"""A night's worth of studies in a burst from real senders, through the receiver, to reports.

    Tests/Outside/senders.py PROGRAM [--studies 200] [--senders 8] [--seed 1] [--work DIR] [--demo DIR]
                             [--report FILE]

storescp runs exactly as `systemd/fcdwatch-receiver.service` says. storescu, dcmsend and pynetdicom send in turn,
several at once, in every encoding. One study in ten meets an aborted association: its sender says abort, is killed, or
the wire is reset inside an object; most are sent again, some never. Of another tenth a slice is held back: half of them
come within the waits, half after the study was called incomplete. Then every object and every study is compared with
the truth. Needs DCMTK, pydicom, pynetdicom, nibabel, scipy, pillow; about 15 minutes for 200 studies on two cores.
Exits 1 where a check failed. DIR of --demo is an earlier `fcdwatch demo`, which saves its minute.
"""

import argparse
import random
import shutil
import threading
import time
from dataclasses import dataclass

from arrival_studies import Heads, Maker, Series
from arrival_truth import Truth, progress, read_options, tell_and_exit, watch_to_the_end, write_report
from dicom_senders import Receiver, send, storescu_can_send, tools_for
from night import Site, check, measure, measured, until

FAULTS = ["abort", "kill", "reset"]
# Places in the queue between the two series of a pair, at most: some come in one breath, some minutes apart.
NEARNESS = 12


@dataclass
class Delivery:
    """What one association carries."""
    study: object
    series: list
    files: list
    tool: str
    fault: str | None = None
    # Not before this long after the delivery it follows.
    pause: float = 0
    follows: object = None
    done_at: float | None = None

    def is_due(self):
        return self.follows is None or (
            self.follows.done_at is not None and time.monotonic() >= self.follows.done_at + self.pause)


class Plan:
    """Who sends what, in which order; equal seeds give equal plans."""

    def __init__(self, studies, seed):
        self.random = random.Random(seed)
        self.queue, self.late = [], []
        fates = self.fates(studies)
        order = list(studies)
        self.random.shuffle(order)
        placed = []
        for place, study in enumerate(order):
            fate = fates.get(study.number)
            for delivery, offset in self.deliveries(study, fate):
                placed.append((place + offset, len(placed), delivery))
        self.queue = [delivery for _, _, delivery in sorted(placed, key=lambda p: p[:2])]

    def fates(self, studies):
        tenth = max(1, len(studies) // 10)
        chosen = self.random.sample([s for s in studies if s.kind != "enhanced"], 2 * tenth)
        enhanced = [s for s in studies if s.kind == "enhanced"][:1]
        fates = {}
        for index, study in enumerate(chosen):
            if index < tenth:
                study.fate = "cut" if index % 10 < 3 else "resent"
            else:
                study.fate = "held" if index % 2 else "late"
        for study in enhanced:
            study.fate = "cut"
        return {s.number: s.fate for s in [*chosen, *enhanced]}

    def deliveries(self, study, fate):
        groups = [[s] for s in study.series] if study.kind == "pair" else [study.series]
        # The series that meets the fault: the last of the large ones.
        hit = max(range(len(groups)), key=lambda g: (sum(len(s.files) for s in groups[g]), g))
        for index, series in enumerate(groups):
            files = [f for s in series for f in s.files]
            offset = index * self.random.uniform(0, NEARNESS)
            if index != hit or fate is None:
                yield Delivery(study, series, files, self.tool(series)), offset
            elif fate in ("cut", "resent"):
                # One object alone can only be cut inside.
                fault = self.random.choice(FAULTS if len(files) > 1 else ["kill", "reset"])
                first = Delivery(study, series, files, self.tool(series, fault), fault)
                yield first, offset
                if fate == "resent":
                    again = Delivery(study, series, files, self.tool(series), follows=first)
                    yield again, offset + self.random.uniform(1, 40)
            else:
                large = max(series, key=lambda s: (len(s.files), s.role in ("t1", "2d")))
                held = large.files[self.random.randrange(3, len(large.files) - 3)]
                first = Delivery(study, series, [f for f in files if f != held], self.tool(series))
                yield first, offset
                alone = [Series(large.role, large.encoding)]
                rest = Delivery(study, alone, [held], self.tool(alone), follows=first)
                if fate == "held":
                    rest.pause = self.random.uniform(5, 25)
                    yield rest, offset
                else:
                    self.late.append(rest)

    def tool(self, series, fault=None):
        """A program that can send these series and shows this fault."""
        usable = tools_for(fault)
        if not storescu_can_send(series):
            usable = [t for t in usable if t != "storescu"] or ["dcmsend"]
        return self.random.choice(usable)


# An archive tries this often again before somebody has to look.
SENT_AGAIN = 3


class Burst:
    """Sends a queue with several senders at once and keeps what was acknowledged."""

    def __init__(self, receiver, queue):
        self.receiver, self.queue = receiver, list(queue)
        self.lock = threading.Lock()
        self.acknowledged, self.bytes, self.unsent, self.again = set(), 0, [], 0

    def run(self, senders):
        since = time.monotonic()
        threads = [threading.Thread(target=self.work) for _ in range(senders)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        return time.monotonic() - since

    def take(self):
        with self.lock:
            for index, delivery in enumerate(self.queue):
                if delivery.is_due():
                    return self.queue.pop(index)
            return None

    def work(self):
        while self.queue:
            delivery = self.take()
            if delivery is None:
                time.sleep(0.2)
                continue
            done = send(delivery.tool, self.receiver, delivery.series, delivery.files, delivery.fault)
            for _ in range(SENT_AGAIN):
                if delivery.fault or len(done) == len(delivery.files):
                    break
                # An association that breaks is made anew, as an archive does.
                with self.lock:
                    self.again += 1
                    self.acknowledged.update(done)
                done = send(delivery.tool, self.receiver, delivery.series, delivery.files)
            delivery.done_at = time.monotonic()
            with self.lock:
                self.acknowledged.update(done)
                self.bytes += sum(f.stat().st_size for f in done)
                if done:
                    delivery.study.last_sent = time.time()
                if delivery.fault is None and len(done) != len(delivery.files):
                    self.unsent.append((delivery.study.number, delivery.tool, delivery.series[0].encoding,
                                        len(delivery.files) - len(done)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--senders", type=int, default=8)
    options, program, work = read_options(parser, "senders-")

    heads = Heads(program, work, options.demo)
    maker = Maker(heads, work / "sent", options.seed)
    studies = maker.studies(options.studies)
    plan = Plan(studies, options.seed)
    print(f"     {len(studies)} studies, {len(maker.instances)} objects, {len(plan.queue)} associations", flush=True)
    shutil.rmtree(work / "site", ignore_errors=True)
    site = Site(program, work / "site", heads.models, "small", settleSeconds=8)
    receiver = Receiver(site.inbox, site.folder / "receiver.log")
    receiver.start()
    site.start()

    burst = Burst(receiver, plan.queue)
    seconds = burst.run(options.senders)
    check("every delivery that was not cut was acknowledged whole", not burst.unsent, burst.unsent[:6])
    measure("deliveries sent again because their association broke", burst.again)
    objects, megabytes = len(burst.acknowledged), burst.bytes / 1e6
    measure("burst", f"{objects} objects, {megabytes:.0f} MB in {seconds:.0f} s: {objects / seconds:.0f} objects/s, "
                     f"{megabytes / seconds:.1f} MB/s")
    measure("inbox writes through to the disk (chattr +S)", receiver.writes_through)
    emptied = time.monotonic()
    until(900, lambda: not site.inbox_files(), 0.5)
    measure("inbox empty, s after the burst", round(time.monotonic() - emptied, 1))
    check("the receiver lives", receiver.process.poll() is None)

    named = "SELECT count(DISTINCT caseID) FROM audit WHERE event = 'studyIncomplete'"
    short = len(plan.late) + sum(1 for s in studies if s.fate == "cut" and s.kind != "enhanced")
    until(300, lambda: site.sql(named)[0][0] >= short, 1)
    print(f"     {site.sql(named)[0][0]} called incomplete, {progress(site)}", flush=True)
    last = Burst(receiver, plan.late)
    for delivery in plan.late:
        delivery.follows = None
    last.run(2)
    check("the late slices were acknowledged", not last.unsent, last.unsent)
    watch_to_the_end(site)

    truth = Truth(site, studies, maker.instances)
    uid_of = {path: uid for uid, (_, _, path) in maker.instances.items()}
    received = [uid_of[p] for p in burst.acknowledged | last.acknowledged]
    truth.check_all(received, {"receiver's log": receiver.log.read_text(errors="replace")})
    called = {row[0] for row in site.sql("SELECT caseID FROM audit WHERE event = 'studyIncomplete'")}
    # A 2D stack is called what it is at once: no slice would make it usable.
    late = [s for s in studies if s.fate == "late" and s.kind != "2d"]
    check("what was held beyond the wait was called incomplete first",
          all(truth.of_study[s.number] & called for s in late), len(late))
    for state, times in truth.latencies().items():
        measure(f"s from a study's last object to {state}", times)
    site.stop()
    receiver.stop()
    if options.report:
        command = f"Tests/Outside/senders.py PROGRAM --studies {len(studies)} --senders {options.senders} " \
                  f"--seed {options.seed}"
        waits = "Waits of the test: 2 s for a file, 8 s for a study, 60 s for a pair or for missing images."
        lead = (f"{len(studies)} studies of made-up heads sent by {options.senders} concurrent senders (storescu, "
                f"dcmsend, pynetdicom) through the receiver. {waits} `resent`: an association was aborted and the "
                "series sent again; `cut`: never again; `held`: a slice came late, within the waits; `late`: after the "
                "study was called incomplete.")
        write_report(options.report, "Real senders", command, options.seed, program, lead, truth, measured)
    tell_and_exit(options, work)


if __name__ == "__main__":
    main()
