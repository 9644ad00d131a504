#!/usr/bin/env python3
"""Checks the files of `fcdwatch models try` without any of FCDWatch's code.

    screening_overlay.py DIR BUNDLE SCAN

DIR is the command's output folder, BUNDLE the model, SCAN the image it was tried on. With PyTorch, nibabel and numpy:
  1. every member's SHA-256 is the manifest's;
  2. an independent 3D ResNet-18, on prepared.nii.gz, gives the logits and the layer4 map (by autograd) of each member;
  3. each map's affine puts cell i at prepared voxel stride * i;
  4. overlay.nii.gz is the mean of the members' maps, trilinear at the world position of every voxel of the scan, on the
     scan's own grid and affine; overlay_normalised.nii.gz is the same with ReLU on the cells and min-max.
Prints one line per check; exits 1 where any differs by more than 1e-4 relative. If DIR/report.json (the command's JSON)
is there, its numbers are compared too.
"""
import hashlib
import json
import struct
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import torch
import torch.nn.functional as F

TOLERANCE = 1e-4
STRIDE = np.array([16, 32, 32])
# Voxels this near (in cells) to the border of the hull of the cell centres may fall on either side of it by rounding.
BORDER = 1e-4
failures = []


def check(name, error, tolerance=TOLERANCE):
    good = error <= tolerance
    print(f"{'ok  ' if good else 'FAIL'} {name}: {error:.2e} (at most {tolerance:.0e})")
    if not good:
        failures.append(name)


def relative(actual, expected):
    actual, expected = np.asarray(actual, np.float64), np.asarray(expected, np.float64)
    if actual.shape != expected.shape:
        return float("inf")
    return float(np.abs(actual - expected).max() / max(np.abs(expected).max(), 1e-12))


def read_safetensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    state = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", f"{name} is {entry['dtype']}"
        begin, end = entry["data_offsets"]
        values = np.frombuffer(raw[8 + length + begin : 8 + length + end], "<f4").reshape(entry["shape"])
        state[name] = torch.from_numpy(values.astype(np.float64))
    return state


def norm(x, state, name):
    part = [state[f"{name}.{key}"] for key in ("running_mean", "running_var", "weight", "bias")]
    return F.batch_norm(x, *part, training=False, eps=1e-5)


def block(x, state, name, stride, shortcut):
    y = F.conv3d(x, state[f"{name}.conv1.weight"], stride=stride, padding=1)
    y = F.relu(norm(y, state, f"{name}.bn1"))
    y = F.conv3d(y, state[f"{name}.conv2.weight"], padding=1)
    y = norm(y, state, f"{name}.bn2")
    if stride != 1 or x.shape[1] != y.shape[1]:
        if shortcut == "A":
            x = x[:, :, ::stride, ::stride, ::stride]
            x = F.pad(x, (0, 0, 0, 0, 0, 0, 0, y.shape[1] - x.shape[1]))
        else:
            x = F.conv3d(x, state[f"{name}.downsample.0.weight"], stride=stride)
            x = norm(x, state, f"{name}.downsample.1")
    return F.relu(x + y)


def resnet18(x, state, shortcut):
    """(logits, layer4) in float64."""
    x = F.conv3d(x, state["conv1.weight"], stride=(1, 2, 2), padding=3)
    x = F.max_pool3d(F.relu(norm(x, state, "bn1")), 3, stride=2, padding=1)
    for stage, first in enumerate((1, 2, 2, 2), start=1):
        for index in range(2):
            x = block(x, state, f"layer{stage}.{index}", first if index == 0 else 1, shortcut)
    return F.linear(x.mean((2, 3, 4)), state["fc.weight"], state["fc.bias"]), x


def grad_cam(x, state, shortcut):
    """Logits, and the signed map of class 1 by automatic differentiation, not by the formula."""
    with torch.no_grad():
        _, layer4 = resnet18(x, state, shortcut)
    layer4 = layer4.requires_grad_(True)
    logits = F.linear(layer4.mean((2, 3, 4)), state["fc.weight"], state["fc.bias"])
    (gradient,) = torch.autograd.grad(logits[0, 1], layer4)
    cam = (gradient.mean((2, 3, 4), keepdim=True) * layer4).sum(1)[0]
    return logits[0].detach().numpy(), cam.detach().numpy()


def place(values, to_cells, shape):
    """Trilinear values at each voxel of a grid of `shape`; also which voxels lie safely inside or outside the hull."""
    out = np.zeros(shape)
    sure = np.ones(shape, bool)
    last = np.array(values.shape) - 1
    j, k = np.meshgrid(np.arange(shape[1]), np.arange(shape[2]), indexing="ij")
    for i in range(shape[0]):
        p = np.einsum("ab,bjk->ajk", to_cells[:3, :3], np.stack([np.full(j.shape, i), j, k])) + to_cells[:3, 3, None, None]
        margin = np.minimum(p, last[:, None, None] - p).min(0)
        sure[i] = np.abs(margin) > BORDER
        q = np.clip(p, 0, last[:, None, None])
        low = np.minimum(np.floor(q).astype(int), np.maximum(last - 1, 0)[:, None, None])
        share = q - low
        total = np.zeros(j.shape)
        for corner in np.ndindex(2, 2, 2):
            index = np.minimum(low + np.array(corner)[:, None, None], last[:, None, None])
            weight = np.prod([share[a] if corner[a] else 1 - share[a] for a in range(3)], axis=0)
            total += weight * values[index[0], index[1], index[2]]
        out[i] = np.where(margin >= -BORDER, total, 0)
    return out, sure


def world_error(a, b, shape):
    """Largest distance in mm between two affines over the corners of a grid."""
    corners = np.array(list(np.ndindex(2, 2, 2))) * (np.array(shape) - 1)
    points = np.c_[corners, np.ones(8)]
    return float(np.linalg.norm((points @ (a - b).T)[:, :3], axis=1).max())


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    folder, bundle, scan_path = (Path(p) for p in sys.argv[1:])
    manifest = json.loads((bundle / "model.json").read_text())
    scan, prepared = nib.load(scan_path), nib.load(folder / "prepared.nii.gz")
    x = torch.from_numpy(np.asarray(prepared.dataobj, np.float64))[None, None]
    check("prepared volume has the plan's shape", 0 if list(x.shape[2:]) == manifest["preprocessing"]["shape"] else 1, 0)
    report_path = folder / "report.json"
    report = json.loads(report_path.read_text()) if report_path.exists() else None

    maps, scores = [], []
    for number, member in enumerate(manifest["members"], start=1):
        path = bundle / member["file"]
        same = hashlib.sha256(path.read_bytes()).hexdigest() == member["sha256"]
        check(f"{member['file']} SHA-256", 0 if same else 1, 0)
        state = read_safetensors(path)
        logits, cam = grad_cam(x, state, manifest["architecture"]["shortcut"])
        image = nib.load(folder / f"member-{number}_raw.nii.gz")
        raw = np.asarray(image.dataobj, np.float64)
        check(f"member {number} raw map", relative(raw, cam))
        check(f"member {number} sum of map + bias is the logit", abs(raw.sum() + float(state["fc.bias"][1]) - logits[1]))
        expected = prepared.affine @ np.diag([*STRIDE, 1])
        check(f"member {number} cells at stride * i (mm)", world_error(image.affine, expected, raw.shape), 1e-3)
        exponentials = np.exp((logits - logits.max()) / manifest["calibration"]["temperature"])
        scores.append(exponentials[1] / exponentials.sum())
        print(f"     member {number}: logits {logits.tolist()}, score {scores[-1]:.6f}")
        if report:
            check(f"member {number} reported logits", relative(report["members"][number - 1]["logits"], logits))
            check(f"member {number} reported score", abs(report["members"][number - 1]["score"] - scores[-1]))
        maps.append((raw, image.affine))
    if report:
        check("reported mean score", abs(report["score"]["mean"] - np.mean(scores)))

    mean = np.mean([raw for raw, _ in maps], axis=0)
    to_cells = np.linalg.inv(maps[0][1]) @ scan.affine
    overlay, normalised = (nib.load(folder / f"{name}.nii.gz") for name in ("overlay", "overlay_normalised"))
    for name, image in (("overlay", overlay), ("overlay_normalised", normalised)):
        check(f"{name} is on the scan's grid", 0 if image.shape == scan.shape[:3] else 1, 0)
        check(f"{name} has the scan's affine (mm)", world_error(image.affine, scan.affine, scan.shape[:3]), 1e-3)
        check(f"{name} is float32", 0 if image.get_data_dtype() == np.float32 else 1, 0)
    expected, sure = place(mean, to_cells, scan.shape[:3])
    have = np.asarray(overlay.dataobj, np.float64)
    check("overlay is the mean of the raw maps by world position", relative(have[sure], expected[sure]))
    check("share of voxels on the hull's border", 1 - sure.mean(), 0.05)
    positive, _ = place(np.maximum(mean, 0), to_cells, scan.shape[:3])
    span = positive.max() - positive.min()
    stretched = (positive - positive.min()) / span if span > 0 else positive * 0
    have = np.asarray(normalised.dataobj, np.float64)
    check("normalised overlay", float(np.abs(have - stretched)[sure].max()))
    print(f"{len(failures)} failed" if failures else "all agree")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
