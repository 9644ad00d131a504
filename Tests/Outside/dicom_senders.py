"""The receiver as its unit runs it, and real programs that send to it, whole or cut off in the middle."""

import os
import re
import selectors
import shlex
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

from pydicom import dcmread
from pynetdicom import AE

ROOT = Path(__file__).resolve().parent.parent.parent
UNIT = ROOT / "systemd/fcdwatch-receiver.service"
TOOLS = ["storescu", "dcmsend", "pynetdicom"]
# How storescu is told to propose an encoding beside the plain ones.
STORESCU_OPTION = {"explicit": [], "implicit": [], "deflated": ["-xd"], "rle": ["-xr"], "jpeg": ["-xs"],
                   "jpegls": ["-xt"], "jpeg2000": ["-xv"]}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Receiver:
    """storescp with the unit's own command line, environment and umask, on a free port and another inbox."""

    def __init__(self, inbox, log):
        text = UNIT.read_text().replace("\\\n", " ")
        settings = {}
        for line in text.split("\n"):
            key, _, value = line.partition("=")
            if not line.startswith("#"):
                settings.setdefault(key, []).append(value)
        variables = dict(line.split("=", 1) for line in (ROOT / "etc/receiver.env").read_text().split("\n")
                         if "=" in line and not line.startswith("#"))
        self.port, self.title = free_port(), variables["FCDWATCH_AE_TITLE"]
        variables |= {"FCDWATCH_PORT": str(self.port), "FCDWATCH_ASSOCIATIONS": str(ROOT / "etc/receiver.cfg")}
        line = re.sub(r"\$\{(\w+)\}", lambda m: variables[m[1]], settings["ExecStart"][0])
        self.command = shlex.split(line.replace("/srv/fcdwatch/inbox", str(inbox)))
        self.environment = {**os.environ, **dict(e.split("=", 1) for e in settings["Environment"])}
        self.mask = int(settings["UMask"][0], 8)
        before = settings["ExecStartPre"][0].lstrip("-+").replace("/srv/fcdwatch/inbox", str(inbox))
        self.writes_through = subprocess.run(shlex.split(before), capture_output=True).returncode == 0
        self.log, self.process = log, None

    def start(self):
        log = open(self.log, "ab")
        self.process = subprocess.Popen(self.command, env=self.environment, umask=self.mask, stdout=log, stderr=log,
                                        start_new_session=True)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("storescp does not listen")

    def stop(self):
        os.killpg(self.process.pid, 15)
        self.process.wait()


class CutWire(threading.Thread):
    """Stands between a sender and the receiver; after `limit` bytes it does `cut`, then resets both connections."""

    def __init__(self, target, limit, cut=None):
        super().__init__(daemon=True)
        self.target, self.limit, self.cut = target, limit, cut
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.passed, self.was_cut = self.server.getsockname()[1], 0, False

    def run(self):
        near = self.server.accept()[0]
        self.server.close()
        far = socket.create_connection(("127.0.0.1", self.target))
        selector = selectors.DefaultSelector()
        selector.register(near, selectors.EVENT_READ, far)
        selector.register(far, selectors.EVENT_READ, near)
        try:
            while self.passed < self.limit:
                for key, _ in selector.select():
                    data = key.fileobj.recv(32768)
                    if not data:
                        return
                    key.data.sendall(data)
                    self.passed += len(data) if key.fileobj is near else 0
            self.was_cut = True
            if self.cut:
                self.cut()
        except OSError:
            pass  # One end went first: cut enough.
        finally:
            for end in (near, far):
                if self.was_cut:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.close()


def send(tool, receiver, series, files, fault=None):
    """Sends files of one or more series in one association.

    `fault` is None, "abort" (the sender says so), "kill" (the sender dies) or "reset" (the wire is cut inside an
    object). Returns the files that were acknowledged.
    """
    if tool == "pynetdicom":
        return send_pynetdicom(receiver, files, fault)
    port, wire, running = receiver.port, None, None
    if fault:
        total = sum(f.stat().st_size for f in files)
        wire = CutWire(port, int(total * 0.55), lambda: fault == "kill" and running and running.kill())
        port = wire.port
        wire.start()
    if tool == "storescu":
        options = sorted({o for s in series for o in STORESCU_OPTION[s.encoding]})
        command = ["storescu", "-v", *options, "-aec", receiver.title, "127.0.0.1", str(port)]
    else:
        command = ["dcmsend", "-v", "-aec", receiver.title, "127.0.0.1", str(port)]
    running = subprocess.Popen(command + [str(f) for f in files], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               env=receiver.environment)
    told = running.communicate()[0].decode(errors="replace")
    if wire:
        wire.join(30)
    if tool == "storescu":
        acknowledged, path = [], None
        for line in told.split("\n"):
            if "Sending file: " in line:
                path = Path(line.split("Sending file: ", 1)[1].strip())
            elif "Store Response (Success)" in line and path:
                acknowledged.append(path)
        return acknowledged
    if running.returncode == 0 and not wire:
        return list(files) if "0 with status SUCCESS" not in told else []
    return []


def send_pynetdicom(receiver, files, fault):
    entity = AE("PYNETDICOM")
    entity.maximum_pdu_size = 0
    heads = [dcmread(f, stop_before_pixels=True, specific_tags=["SOPClassUID"]) for f in files]
    for pair in sorted({(str(h.SOPClassUID), str(h.file_meta.TransferSyntaxUID)) for h in heads}):
        entity.add_requested_context(*pair)
    association = entity.associate("127.0.0.1", receiver.port, ae_title=receiver.title)
    acknowledged = []
    if not association.is_established:
        return acknowledged
    for number, path in enumerate(files):
        if fault and number >= len(files) * 0.55:
            association.abort()
            return acknowledged
        if not association.is_established:
            return acknowledged
        status = association.send_c_store(dcmread(path))
        if status and status.Status == 0:
            acknowledged.append(path)
    association.release()
    return acknowledged


def tools_for(fault):
    """Which programs show this fault."""
    return {"abort": ["pynetdicom"], "kill": ["storescu", "dcmsend"], "reset": ["storescu", "dcmsend"]}.get(
        fault, TOOLS)


def storescu_can_send(series):
    """It proposes one compressed encoding at a time."""
    return len({s.encoding for s in series if STORESCU_OPTION[s.encoding]}) <= 1
