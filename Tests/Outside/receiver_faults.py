#!/usr/bin/env python3
"""What storescp leaves in the inbox when a transfer goes wrong, as the unit runs it and with --bit-preserving.

    Tests/Outside/receiver_faults.py [--report FILE]

Needs root (a small file system to fill up), DCMTK, pydicom. About a minute. Exits 1 where the receiver as the unit runs
it leaves anything of an object that is not whole, or does not live on. What is written with --bit-preserving is shown
for comparison only: it is the reason why the unit does without.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from dicom_senders import CutWire, Receiver

MEGABYTES = 18


def large_object(path):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4", "1.2.3.4"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
    d.SOPClassUID, d.SOPInstanceUID, d.StudyInstanceUID, d.SeriesInstanceUID = \
        meta.MediaStorageSOPClassUID, "1.2.3.4", "1.2.3.1", "1.2.3.2"
    d.PatientID, d.Modality, d.Rows, d.Columns = "p", "MR", 3000, 3000
    d.SamplesPerPixel, d.PhotometricInterpretation, d.PixelRepresentation = 1, "MONOCHROME2", 0
    d.BitsAllocated, d.BitsStored, d.HighBit = 16, 16, 15
    d.PixelData = np.zeros((3000, 3000), "<u2").tobytes()
    d.save_as(path, enforce_file_format=True)
    return path


def files(inbox):
    return sorted(f.stat().st_size // 1000 for f in inbox.iterdir())


def children(receiver):
    return subprocess.run(["pgrep", "-P", str(receiver.process.pid)], capture_output=True, text=True).stdout.split()


def attempt(fault, receiver, inbox, path):
    """Sends one object and spoils it at 9 MB. Returns what lay in the inbox meanwhile and what lies there then."""
    sender, seen = None, []

    def cut():
        if fault == "the sender is killed":
            sender.kill()
        elif fault == "the association's process is killed":
            for child in children(receiver):
                os.kill(int(child), 9)
        elif fault == "the sender stands still, past the timeout":
            for _ in range(14):
                time.sleep(0.5)
                seen.extend(files(inbox))

    wire = CutWire(receiver.port, MEGABYTES * 500_000, cut)
    wire.start()
    sender = subprocess.Popen(["storescu", "-aec", receiver.title, "127.0.0.1", str(wire.port), str(path)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while wire.is_alive():
        seen.extend(files(inbox))
        time.sleep(0.02)
    sender.wait(30)
    time.sleep(1.5)
    return max(seen, default=0), files(inbox)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="receiver-"))
    path = large_object(work / "large.dcm")
    lines, failures = [], 0
    faults = ["the wire is reset", "the sender is killed", "the association's process is killed",
              "the sender stands still, past the timeout"]
    for extra in ([], ["--bit-preserving"]):
        for fault in faults:
            inbox = Path(tempfile.mkdtemp(dir=work))
            receiver = Receiver(inbox, work / "log")
            at = receiver.command.index("--dimse-timeout") + 1
            receiver.command[at:at + 1] = ["4", *extra]
            receiver.start()
            during, after = attempt(fault, receiver, inbox, path)
            lives = receiver.process.poll() is None
            receiver.stop()
            lines.append((" ".join(["as in the unit", *extra][-1:]), fault, f"{during} kB" if during else "nothing",
                          f"{after[0]} kB" if after else "nothing", "yes" if lives else "no"))
            failures += not extra and bool(during or after or not lives)
    failures += full_disk(work, path, lines)
    table = ["| storescp | fault at 9 of 18 MB | in the inbox meanwhile | afterwards | receiver lives |",
             "|---|---|---|---|---|"] + ["| " + " | ".join(line) + " |" for line in lines]
    print("\n".join(table))
    if options.report:
        version = subprocess.run(["storescp", "--version"], capture_output=True, text=True).stdout.split()[2]
        options.report.write_text(
            f"# What storescp leaves behind\n\n```\nTests/Outside/receiver_faults.py\n```\n\nDCMTK {version}. One object "
            "of 18 MB; timeouts shortened.\n\n" + "\n".join(table) + "\n")
    print(f"{failures} failures")
    sys.exit(1 if failures else 0)


def full_disk(work, path, lines):
    """Two objects fit, the third does not: it is refused, and nothing of it stays."""
    inbox = work / "small"
    inbox.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", inbox], check=True)
    try:
        receiver = Receiver(inbox, work / "log")
        receiver.start()
        told = subprocess.run(["storescu", "-v", "127.0.0.1", str(receiver.port), *[path] * 3], capture_output=True,
                              text=True)
        refused = (told.stdout + told.stderr).count("Refused: OutOfResources")
        lives, left = receiver.process.poll() is None, files(inbox)
        receiver.stop()
        lines.append(("as in the unit", "the disk is full at the third object", f"{len(left)} whole",
                      f"{len(left)} whole; the sender was told {refused} time", "yes" if lives else "no"))
        return int(refused != 1 or len(left) != 2 or len(set(left)) != 1 or not lives)
    finally:
        time.sleep(0.3)
        subprocess.run(["umount", inbox], check=True)


if __name__ == "__main__":
    main()
