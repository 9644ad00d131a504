#!/usr/bin/env python3
"""Files that come without a word: an inbox whose mount sends no events for what happens behind it.

    sudo Tests/Outside/no_events.py PROGRAM [--work DIR]

As root, in a mount namespace of its own: the inbox is an overlay whose lower folder is written directly, as another
machine writes to a network share. Also what inotify cannot watch: `user.max_inotify_watches` is set to 4 for a user
namespace of its own. Exits 1 where a file is not taken, or not in the time that the periodic look allows.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import many_files
from many_files import Site, check

RESCAN_SECONDS = 3


def wait_for(site, count, seconds):
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        if sum(site.inputs().values()) >= count:
            return time.monotonic() - begin
        time.sleep(0.25)
    return None


def overlay(program, work):
    site = Site(program, work / "overlay", fileQuietSeconds=1, rescanSeconds=RESCAN_SECONDS,
                pruneEmptyFoldersAfterMinutes=0)
    lower, upper, scratch = (work / name for name in ("lower", "upper", "scratch"))
    for path in (lower, upper, scratch):
        path.mkdir()
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                    f"lowerdir={lower},upperdir={upper},workdir={scratch}", str(site.inbox)], check=True)
    site.start()
    time.sleep(RESCAN_SECONDS + 1)
    events = subprocess.Popen([sys.executable, "-c", WATCH, str(site.inbox)], stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    for index in range(20):
        folder = lower / "share" / f"study{index % 3}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"MR{index}.dcm").write_bytes(f"file {index}".encode() * 40)
    # Quiet, one look to see it, one to see it unchanged, and the inspection.
    took = wait_for(site, 20, 3 * RESCAN_SECONDS + 15)
    check("files written behind the mount are taken", took is not None, f"{took} s")
    events.terminate()
    seen = events.communicate()[0].split()
    check("the mount sent no event for them", not [name for name in seen if "MR" in name or name == "share"], seen[:3])
    # An original goes once a worker has read its copy, a moment after it was entered.
    end = time.monotonic() + RESCAN_SECONDS + 15
    while (left := [p for p in site.inbox.rglob("*") if p.is_file()]) and time.monotonic() < end:
        time.sleep(0.2)
    check("and are gone from the inbox", not left, left[:3])
    check("ends in order", site.stop() == 0)


# Prints the names of what is created or written in a folder.
WATCH = """
import ctypes, os, struct, sys
libc = ctypes.CDLL(None)
fd = libc.inotify_init1(0)
libc.inotify_add_watch(fd, sys.argv[1].encode(), 0x00000100 | 0x00000008 | 0x00000080)
while True:
    data, at = os.read(fd, 65536), 0
    while at < len(data):
        _, _, _, length = struct.unpack_from("iIII", data, at)
        print(data[at + 16:at + 16 + length].split(b"\\0")[0].decode("utf-8", "replace"), flush=True)
        at += 16 + length
"""


def no_watches(program, work):
    site = Site(program, work / "watches", fileQuietSeconds=1, rescanSeconds=RESCAN_SECONDS,
                pruneEmptyFoldersAfterMinutes=0)
    for index in range(20):
        (site.inbox / f"study{index}").mkdir()
    # Run again as the root of a user namespace, whose bound is its own.
    limited = work / "limited.sh"
    limited.write_text("#!/bin/sh\nexec unshare --user --map-root-user sh -c "
                       "'echo 4 > /proc/sys/user/max_inotify_watches && exec \"$0\" \"$@\"' "
                       f"'{program}' \"$@\"\n")
    limited.chmod(0o755)
    site.program = str(limited)
    site.start()
    for index in range(20):
        (site.inbox / f"study{index}" / "MR.dcm").write_bytes(f"file {index}".encode() * 40)
    took = wait_for(site, 20, 3 * RESCAN_SECONDS + 15)
    check("files in folders without a watch are taken", took is not None, f"{took} s")
    check("ends in order", site.stop() == 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if os.geteuid() != 0:
        sys.exit("Run as root: an overlay has to be mounted.")
    if not options.inside:
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv, "--inside"])
    work = Path(tempfile.mkdtemp(prefix="no-events-", dir=options.work))
    program = str(Path(options.program).resolve())
    overlay(program, work)
    no_watches(program, work)
    print(f"left: {work}")
    sys.exit(1 if many_files.failures else 0)


if __name__ == "__main__":
    main()
