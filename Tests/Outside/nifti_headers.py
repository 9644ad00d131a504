#!/usr/bin/env python3
"""Checks which NIfTI files the program reads, and how, against nibabel.

    nifti_headers.py PROGRAM SCRATCH_FOLDER

Files of every data type, byte order, version, scale and orientation must be read with nibabel's affine, and the voxels
that `models try` copies must be nibabel's; damaged or doubtful files must be refused; the codes are printed.
"""
import gzip
import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))
from onehot_place import checkpoint  # noqa: E402

TYPES = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "float32", "float64"]
AFFINE = numpy.array([[-1.0, 0, 0, 30], [0, 1, 0, -40], [0, 0, 1, -20], [0, 0, 0, 1]])


def ball():
    """A stripped head of sorts: 0 outside, an uneven texture inside, all values whole and below 120."""
    i, j, k = numpy.indices((60, 80, 50))
    inside = ((i - 30) / 25) ** 2 + ((j - 40) / 33) ** 2 + ((k - 25) / 20) ** 2 < 1
    return numpy.where(inside, 20 + (i * 7 + j * 11 + k * 13) % 97, 0)


def image(data, dtype, endian="<", kind=nibabel.Nifti1Image, sform=AFFINE, qform=AFFINE, slope=None, inter=None):
    header = kind.header_class(endianness=endian)
    header.set_data_dtype(dtype)
    result = kind(data.astype(dtype), AFFINE, header)
    result.header.set_slope_inter(slope, inter)
    result.set_sform(sform, 0 if sform is None else 1)
    result.set_qform(qform, 0 if qform is None else 1)
    return result


def save(path, picture, slope=None, inter=None):
    nibabel.save(picture, path)
    if slope is not None:  # stored numbers stay, the header alone says how they are scaled
        raw = bytearray(path.read_bytes())
        order = picture.header.endianness
        struct.pack_into(order + "2f", raw, 112, slope, inter)
        path.write_bytes(raw)


def patched(path, source, *changes):
    raw = bytearray(source)
    for at, form, *values in changes:
        struct.pack_into("<" + form, raw, at, *values)
    path.write_bytes(raw)


def inspect(program, path):
    answer = subprocess.run([program, "inspect", path, "--json"], capture_output=True, text=True)
    if answer.returncode:
        return None, [f"exit {answer.returncode}"]
    report = json.loads(answer.stdout)
    codes = [r["reason"]["code"] for r in report["refused"]] + [
        r["reason"]["code"] for r in report["images"] if r.get("reason")]
    return (report["images"] or [None])[0], codes


def main(program, scratch):
    scratch = Path(scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    failures = 0

    def line(good, *words):
        nonlocal failures
        failures += not good
        print("ok  " if good else "FAIL", *words, flush=True)

    plan = {"spacingMM": 1, "shape": [65, 97, 65], "anchor": "centre", "foreground": "brain", "cutLimit": 1}
    (scratch / "plan.json").write_text(json.dumps(plan))
    checkpoint(scratch / "spot.pth")
    bundle = scratch / "spot.fcdmodel"
    subprocess.run(
        [program, "models", "import", scratch / "spot.pth", "--modality", "T1w", "--input", "stripped", "--shortcut",
         "A", "--plan", scratch / "plan.json", "--output", bundle], check=True, capture_output=True)
    data = ball()
    cases = {}
    for dtype in TYPES:
        for endian in "<>":
            for kind in (nibabel.Nifti1Image, nibabel.Nifti2Image):
                name = f"{dtype}_{'little' if endian == '<' else 'big'}_{kind.header_class.sizeof_hdr}"
                cases[name] = (image(data, dtype, endian, kind), None, None)
    cases["scaled"] = (image(data, "int16"), 2.5, -7.25)
    cases["scaled_big"] = (image(data, "int16", ">"), 0.5, 3)
    cases["slope_zero"] = (image(data, "int16"), 0, 99)
    cases["negative_slope"] = (image(data, "int16"), -1, 0)
    cases["sform_only"] = (image(data, "int16", qform=None), None, None)
    cases["qform_only"] = (image(data, "int16", sform=None), None, None)
    near = AFFINE.copy()
    near[0, 3] += 0.9
    cases["forms_0.9mm_apart"] = (image(data, "int16", qform=near), None, None)
    for name, (picture, slope, inter) in cases.items():
        path = scratch / f"{name}_T1w.nii"
        save(path, picture, slope, inter)
        if "big" in name:
            path = Path(shutil.move(path, str(path)))
            (scratch / f"{name}_T1w.nii.gz").write_bytes(gzip.compress(path.read_bytes()))
            path = scratch / f"{name}_T1w.nii.gz"
        expected = nibabel.load(path)
        found, codes = inspect(program, path)
        affine = numpy.array(found["header"]["grid"]["affineRAS"]) if found else None
        same = affine is not None and numpy.abs(affine.reshape(-1)[:12] - expected.affine.reshape(-1)[:12]).max() < 1e-4
        out = scratch / "try"
        answer = subprocess.run(
            [program, "models", "try", bundle, "--input", path, "--output", out], capture_output=True, text=True)
        error = float("inf")
        if answer.returncode == 0:
            prepared = nibabel.load(out / "prepared.nii.gz")
            canonical = nibabel.as_closest_canonical(expected)
            start = numpy.round((numpy.linalg.inv(canonical.affine) @ prepared.affine)[:3, 3]).astype(int)
            got, want = prepared.get_fdata(), numpy.zeros(prepared.shape)
            at = tuple(slice(-s, -s + n) for s, n in zip(start, canonical.shape))
            want[at] = canonical.get_fdata()
            mask = got != 0
            scale, offset = numpy.polyfit(got[mask], want[mask], 1)
            error = abs(scale * got + offset - want)[mask].max() / abs(want).max()
            error = max(error, abs(scale / want[mask].std() - 1), abs(mask.sum() / (data > 0).sum() - 1) > 0.01)
        line(same and error < 1e-5, name, f"codes {codes}, voxels within {error:.1e}", answer.stderr.strip())

    whole = image(data, "int16")
    nibabel.save(whole, scratch / "good.nii")
    raw = (scratch / "good.nii").read_bytes()
    far, turn = AFFINE.copy(), AFFINE.copy()
    far[0, 3] += 1.2
    c, s = numpy.cos(numpy.radians(2.5)), numpy.sin(numpy.radians(2.5))
    turn[:3, :3] = numpy.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ AFFINE[:3, :3]
    mirrored = AFFINE @ numpy.diag([-1, 1, 1, 1])
    bent = AFFINE.copy()
    bent[0, 1] = 0.05
    refused = {
        "forms_1.2mm_apart": image(data, "int16", qform=far), "forms_2.5deg_apart": image(data, "int16", qform=turn),
        "forms_mirrored": image(data, "int16", qform=mirrored), "no_form": image(data, "int16", sform=None, qform=None),
        "sheared": image(data, "int16", sform=bent, qform=None),
        "complex": nibabel.Nifti1Image(data.astype("complex64"), AFFINE),
        "four_volumes": nibabel.Nifti1Image(numpy.stack([data.astype("int16")] * 4, -1), AFFINE)}
    files = {}
    for name, picture in refused.items():
        files[name] = scratch / f"{name}_T1w.nii"
        nibabel.save(picture, files[name])

    def damaged(name, *changes, cut=None):
        files[name] = scratch / f"{name}_T1w.nii"
        patched(files[name], raw[:cut], *changes)

    damaged("truncated", cut=len(raw) // 2)
    damaged("one_byte_short", cut=len(raw) - 1)
    damaged("header_only", cut=352)
    damaged("half_header", cut=100)
    damaged("empty", cut=0)
    damaged("huge", (42, "3h", 32767, 32767, 32767))
    damaged("negative_dim", (42, "h", -60))
    damaged("two_axes", (40, "h", 2))
    damaged("nan_slope", (112, "f", float("nan")))
    damaged("inf_sform", (280, "f", float("inf")))
    damaged("bitpix", (72, "h", 32))
    damaged("offset_in_header", (108, "f", 10))
    damaged("offset_far", (108, "f", 1e30))
    damaged("metres", (123, "B", 1))
    damaged("magic", (344, "4s", b"xxxx"))
    files["truncated_gz"] = scratch / "truncated_gz_T1w.nii.gz"
    files["truncated_gz"].write_bytes(gzip.compress(raw)[:-2000])
    files["bad_crc_gz"] = scratch / "bad_crc_gz_T1w.nii.gz"
    packed = bytearray(gzip.compress(raw))
    packed[-6] ^= 0xFF
    files["bad_crc_gz"].write_bytes(packed)
    nan = data.astype("float32")
    nan[30, 40, 25] = numpy.nan
    files["nan_voxel"] = scratch / "nan_voxel_T1w.nii"
    nibabel.save(nibabel.Nifti1Image(nan, AFFINE), files["nan_voxel"])
    for name, path in files.items():
        _, codes = inspect(program, path)
        answer = subprocess.run(
            [program, "models", "try", bundle, "--input", path, "--output", scratch / "no"], capture_output=True,
            text=True)
        words = answer.stderr.strip()[:150]
        line(answer.returncode != 0, name, f"inspect {codes}, try exit {answer.returncode}: {words}")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
