"""Runs the program over the real DICOM series of a data folder and compares with what other software made of them.

    real_dicom.py PROGRAM DATA SCRATCH_FOLDER

DATA holds `dicom/…` with reference NIfTI beside the series (dcm2niix, dicom2nifti). Prints three tables: whole series
against their reference in world space, voxel for voxel; the folders that must be refused, with the program's codes;
the pixel hashes of one image in nine encodings, against pydicom where it decodes them. Exit status 0 when all is well.
"""
import glob
import hashlib
import json
import pathlib
import subprocess
import sys

import nibabel
import pydicom

import dicom_world

SERIES = {
    "siemens_prisma_mprage_classic/T1": "siemens_prisma_mprage_classic/5_T1_mprage_ns_sag_p2_iso_1.0mm_192.nii.gz",
    "siemens_xa30_enhanced_t1/5_anat-T1w_acq-tfl": "siemens_xa30_enhanced_t1/5_anat-T1w_acq-tfl.nii",
    "siemens_jpegll_fragmented_phantom/5001_anat-T1w_acq-tfl":
        "siemens_jpegll_fragmented_phantom/anat-T1w_acq-tfl_5001.nii",
}


def inspect(program, folder):
    answer = subprocess.run([program, "inspect", folder, "--json"], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def converted(program, folder, reference, output):
    """Returns (exit status, equal, words)."""
    answer = subprocess.run([program, "convert", folder, "--output", output], capture_output=True, text=True)
    if answer.returncode:
        return answer.returncode, False, answer.stderr.strip()
    image = nibabel.load(output)
    other = nibabel.load(reference)
    # dicom2nifti writes single precision affines of positions that it rounds.
    equal, words = dicom_world.compare(image.get_fdata(dtype="f8"), image.affine, other)
    return 0, equal, f"{image.shape} {words}"


def codes(report):
    series = [s for study in report["studies"] for s in study["series"]]
    found = [(s.get("reason") or {}).get("code", "used as " + str(s.get("chosenFor"))) for s in series]
    return found + [r["reason"]["code"] for r in report["refused"]]


def main(program, data, scratch):
    scratch = pathlib.Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    root = pathlib.Path(data) / "dicom"
    failures = []

    def line(good, *words):
        print("ok  " if good else "FAIL", *words, flush=True)
        if not good:
            failures.append(words)

    print("# whole series")
    pairs = {str(root / k): str(root / v) for k, v in SERIES.items()}
    vendors = sorted(p for p in (root / "dicom2nifti").glob("*/*/*") if p.is_dir() and "failing" not in p.parts)
    pairs |= {str(p): f"{p}_ground_truth.nii.gz" for p in vendors}
    for number, (folder, reference) in enumerate(pairs.items()):
        status, equal, words = converted(program, folder, reference, str(scratch / f"series{number}.nii.gz"))
        single = len(glob.glob(folder + "/*")) == 1 and "single" in folder
        line(equal or (single and status), pathlib.Path(folder).relative_to(root), status, words)

    print("# folders to refuse")
    for folder in sorted(p for p in (root / "dicom2nifti" / "failing").glob("*/*") if p.is_dir()):
        found = codes(inspect(program, str(folder)))
        line(found and not any(c.startswith("used") for c in found), folder.relative_to(root), found)

    print("# nine encodings")
    hashes = {}
    for path in sorted((root / "transfer_syntaxes" / "In").glob("*")):
        if path.is_dir():
            continue
        report = inspect(program, str(path))
        for series in (s for study in report["studies"] for s in study["series"]):
            image = pydicom.dcmread(path)
            try:
                pixels = image.pixel_array.astype("<u2" if image.PixelRepresentation == 0 else "<i2")
                other = hashlib.sha256(pixels.tobytes()).hexdigest()
            except Exception as error:  # a decoder that is not installed
                other = type(error).__name__
            hashes[path.name] = series["pixelSHA256"]
            print("    ", path.name, image.file_meta.TransferSyntaxUID.name, series["pixelSHA256"], "pydicom:", other)
    different = set(map(str, hashes.values()))
    line(len(hashes) == 9 and len(different) == 1, f"{len(hashes)} files, {len(different)} hash(es)")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
