"""Made-up studies that arrive in many ways, and what must be true of them afterwards.

The heads are those of `fcdwatch demo`, resampled, one intensity scale and noise for each patient: they go through the
real gate. What a study must end as stands in `TRUTH`. Used by `senders.py` and `folder_night.py`; needs pydicom,
nibabel, scipy, pillow and DCMTK's tools.
"""

import concurrent.futures
import io
import json
import random
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import nibabel
import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian,
    JPEG2000Lossless)
from scipy import ndimage

# Edge of the voxels, mm: coarse enough that hundreds of series are quick, fine enough for a 3D series.
VOXEL_MM = 1.9
# In every name and identifier: none may leave the page of its own patient.
CANARY = "Zanzibarius"

# What a study of each kind must end as: state, code, modalities with a score..
TRUTH = {
    "pair": ("reported", None, {"T1w", "FLAIR"}),
    "t1": ("reported", None, {"T1w"}),
    "post": ("reported", None, {"T1w"}),
    "2d": ("notAssessable", "NOT_3D", set()),
    "enhanced": ("reported", None, {"T1w"}),
}
# Studies of each kind, of 200.
SHARE = {"pair": 24, "t1": 30, "post": 30, "2d": 76, "enhanced": 40}
# What a study may end as whose last images never came; of an object that was cut inside nothing is there.
INCOMPLETE = [("incomplete", code) for code in (
    "EXPECTED_SLICES_MISSING", "GEOMETRY_MISSING_SLICE", "GEOMETRY_UNEVEN_SPACING", "NOT_A_VOLUME")]
CUT = {"pair": INCOMPLETE, "t1": INCOMPLETE, "post": INCOMPLETE, "2d": [*INCOMPLETE, TRUTH["2d"][:2]], "enhanced": []}
# Series of each kind, in the order a scanner makes them; the names are those of `SEQUENCES`.
SERIES = {
    "pair": ["t1", "flair"], "t1": ["t1"], "post": ["localizer", "t1", "post", "report"], "2d": ["2d"],
    "enhanced": ["enhanced"],
}
GRADIENT = dict(ScanningSequence=["GR", "IR"], SequenceVariant=["SP", "MP", "OSP"], MRAcquisitionType="3D",
                SequenceName="*tfl3d1_ns", RepetitionTime=1660, EchoTime=2.54, InversionTime=850, FlipAngle=9)
SPIN = dict(ScanningSequence=["SE", "IR"], SequenceVariant=["SK", "SP", "MP"], MRAcquisitionType="3D",
            SequenceName="*spcir3d1_286ns", RepetitionTime=5000, EchoTime=388, InversionTime=1800, FlipAngle=120)
SEQUENCES = {
    "t1": dict(GRADIENT, SeriesDescription="t1_mpr_iso"),
    "post": dict(GRADIENT, SeriesDescription="t1_mpr_iso_km", ContrastBolusAgent="agent"),
    "flair": dict(SPIN, SeriesDescription="flair_iso"),
    "2d": dict(SPIN, SeriesDescription="t2_tirm_tra", MRAcquisitionType="2D", SequenceName="*tir2d1_16",
               RepetitionTime=9000, EchoTime=81, InversionTime=2500, FlipAngle=150),
    "localizer": dict(ScanningSequence="GR", SequenceVariant="SP", MRAcquisitionType="2D", SequenceName="*fl2d1",
                      RepetitionTime=8.6, EchoTime=4, FlipAngle=20, SeriesDescription="localizer"),
}
# Of a series in thick slices: each that is kept of so many.
EVERY = {"2d": 4, "localizer": 24}
# Share of series in each encoding, of a hundred.
ENCODINGS = {"explicit": 60, "implicit": 12, "deflated": 6, "rle": 6, "jpeg": 6, "jpegls": 5, "jpeg2000": 5}
COMPRESSORS = {"rle": ["dcmcrle"], "jpeg": ["dcmcjpeg"], "jpegls": ["dcmcjpls"]}
MR, ENHANCED_MR, TEXT_SR = ("1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1",
                            "1.2.840.10008.5.1.4.1.1.88.11")


@dataclass
class Series:
    role: str
    encoding: str
    files: list = field(default_factory=list)


@dataclass
class Study:
    number: int
    kind: str
    patient: int
    uid: str
    series: list = field(default_factory=list)
    # How it arrives. `cut`: the rest never comes; `stalled`: one file may be taken while it is half written.
    fate: str = "whole"
    # Seconds since the epoch at which its last object was acknowledged or renamed.
    last_sent: float = 0.0

    @property
    def name(self):
        return f"{CANARY}{self.patient:04d}"

    def endings(self):
        whole = [TRUTH[self.kind][:2]]
        return {"cut": CUT[self.kind], "stalled": whole + CUT[self.kind]}.get(self.fate, whole)


class Heads:
    """The demo's T1w and FLAIR head, and bundles that screen them quickly."""

    def __init__(self, program, work, demo=None):
        """`demo` is the folder of an earlier `fcdwatch demo`; without it one is run, a minute or two."""
        if demo is None:
            demo = work / "demo"
            subprocess.run([program, "demo", "--output", demo], check=True, capture_output=True)
        # Any of its whole pairs will do.
        case = next(r.parent for r in sorted((demo / "reports").glob("*/result.json"))
                    if list(r.parent.glob("*_T1w.nii.gz")) and list(r.parent.glob("*_FLAIR.nii.gz")))
        self.volumes = {}
        for modality in ("T1w", "FLAIR"):
            path = next(case.glob(f"*_{modality}.nii.gz"))
            image = nibabel.load(path)
            voxels, affine = np.asarray(image.dataobj, "f4"), np.array(image.affine)
            factor = float(np.linalg.norm(affine[:3, 0])) / VOXEL_MM
            affine[:3, :3] /= factor
            self.volumes[modality] = (ndimage.zoom(voxels, factor, order=1), affine)
        self.models = work / "models"
        for modality in ("T1w", "FLAIR"):
            self.small(next((demo / "state/models").glob(f"*{modality.lower()}*")),
                       self.models / f"{modality}-small.fcdmodel")

    @staticmethod
    def small(source, target):
        """One member, voxels of 2 mm: the time goes to arrivals, not to networks."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        path = target / "model.json"
        bundle = json.loads(path.read_text())
        for member in bundle["members"][1:]:
            (target / member["file"]).unlink()
        bundle["members"] = bundle["members"][:1]
        plan = bundle["preprocessing"]
        plan["shape"] = [(n + 1) // 2 for n in plan["shape"]]
        plan["spacingMM"] = 2 * plan["spacingMM"]
        path.write_text(json.dumps(bundle))


class Maker:
    """Writes the files of studies below a folder. Equal seeds give equal studies."""

    def __init__(self, heads, folder, seed):
        self.heads, self.folder, self.random = heads, folder, random.Random(seed)
        self.root = f"1.2.826.0.1.3680043.10.1.{seed}"
        # In order of SOP Instance UID: which study, series and file an object is.
        self.instances = {}

    def studies(self, count):
        kinds = [k for kind, share in SHARE.items() for k in [kind] * max(1, round(count * share / 200))]
        while len(kinds) < count:
            kinds.append("2d")
        self.random.shuffle(kinds)
        patients = []
        for number in range(count):
            # Every tenth patient has a second study.
            patients.append(patients[-1] if number % 11 == 10 else number)
        studies = [self.plan(number, kind, patient)
                   for number, (kind, patient) in enumerate(zip(kinds[:count], patients), 1)]
        # Threads elsewhere: a fork of this process alone is safe, because none runs yet.
        with concurrent.futures.ProcessPoolExecutor(max_workers=4) as pool:
            list(pool.map(self.write, studies, chunksize=1))
        return studies

    def plan(self, number, kind, patient):
        study = Study(number, kind, patient, f"{self.root}.{number}")
        for index, role in enumerate(SERIES[kind], 1):
            encoding = self.random.choices(list(ENCODINGS), ENCODINGS.values())[0]
            folder = self.folder / f"{number:04d}-{index}"
            count = 1 if role in ("report", "enhanced") else self.slice_count(role)
            files = [folder / f"{instance:04d}.dcm" for instance in range(1, count + 1)]
            study.series.append(Series(role, "explicit" if role == "report" else encoding, files))
            for instance, path in enumerate(files, 1):
                self.instances[f"{study.uid}.{index}.{instance}"] = (number, role, path)
        return study

    def write(self, study):
        for index, series in enumerate(study.series, 1):
            if series.files[-1].exists():
                # Made by an earlier run in this folder.
                continue
            series.files[0].parent.mkdir(parents=True, exist_ok=True)
            for path, data in zip(series.files, self.objects(study, series.role, index), strict=True):
                self.save(data, series.encoding, path)
            self.compress(series)

    def slice_count(self, role):
        return -(-self.heads.volumes["T1w"][0].shape[2] // EVERY.get(role, 1))

    def objects(self, study, role, index):
        if role == "report":
            yield self.report(study, index)
            return
        voxels, affine = self.voxels(study, role)
        if role == "enhanced":
            yield self.enhanced(study, index, voxels, affine)
        else:
            yield from self.slices(study, role, index, voxels, affine)

    def voxels(self, study, role):
        voxels, affine = self.heads.volumes["FLAIR" if role in ("flair", "2d") else "T1w"]
        affine = affine.copy()
        every = EVERY.get(role, 1)
        affine[:3, 2] *= every
        random_numbers = np.random.default_rng([study.patient, study.number, len(role)])
        voxels = voxels[:, :, ::every] * random_numbers.uniform(0.8, 1.25)
        voxels = voxels + random_numbers.normal(0, 2, voxels.shape)
        return np.clip(np.round(voxels), 0, 4095).astype("<u2"), affine

    def base(self, study, index, sop_class, instance):
        meta = FileMetaDataset()
        meta.MediaStorageSOPClassUID = sop_class
        meta.MediaStorageSOPInstanceUID = f"{study.uid}.{index}.{instance}"
        d = FileDataset(None, {}, file_meta=meta, preamble=bytes(128))
        d.SOPClassUID, d.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
        d.StudyInstanceUID, d.SeriesInstanceUID = study.uid, f"{study.uid}.{index}"
        d.PatientName, d.PatientID = f"{study.name}^Quendolina", f"Q{study.name}"
        d.PatientBirthDate, d.PatientSex = "19370219", "O"
        d.StudyDate = d.SeriesDate = d.ContentDate = d.AcquisitionDate = "20260105"
        d.StudyTime = d.SeriesTime = d.ContentTime = d.AcquisitionTime = "211500"
        d.AccessionNumber, d.StudyID, d.ReferringPhysicianName = f"ACX{study.number:05d}", "1", f"{CANARY}^Doctor"
        d.StudyDescription, d.BodyPartExamined, d.Manufacturer = "brain", "BRAIN", "Maker"
        d.Modality, d.SeriesNumber, d.InstanceNumber = "MR", index, instance
        return d

    def plane(self, d, voxels, affine, k):
        lps = np.diag([-1.0, -1, 1, 1]) @ affine
        spacing = np.linalg.norm(lps[:3, :3], axis=0)
        d.Rows, d.Columns = voxels.shape[1], voxels.shape[0]
        geometry = dict(
            ImagePositionPatient=[round(float(v), 6) for v in lps[:3, 3] + k * lps[:3, 2]],
            ImageOrientationPatient=[round(float(v), 9) for v in [*(lps[:3, 0] / spacing[0]),
                                                                  *(lps[:3, 1] / spacing[1])]],
            PixelSpacing=[round(float(spacing[1]), 6), round(float(spacing[0]), 6)],
            SliceThickness=round(float(spacing[2]), 6))
        d.SamplesPerPixel, d.PhotometricInterpretation, d.PixelRepresentation = 1, "MONOCHROME2", 0
        d.BitsAllocated, d.BitsStored, d.HighBit = 16, 12, 11
        return geometry

    def slices(self, study, role, index, voxels, affine):
        """Each slice in turn, in one data set that is changed: what is alike in all of them is written once."""
        d = self.base(study, index, MR, 1)
        for keyword, value in SEQUENCES[role].items():
            setattr(d, keyword, value)
        d.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER" if role == "localizer" else "M", "ND", "NORM"]
        d.FrameOfReferenceUID, d.PatientPosition, d.MagneticFieldStrength = f"{study.uid}.0", "HFS", 3
        d.AcquisitionNumber, d.ImagesInAcquisition, d.EchoNumbers = 1, voxels.shape[2], 1
        for keyword, value in self.plane(d, voxels, affine, 0).items():
            setattr(d, keyword, value)
        lps = np.diag([-1.0, -1, 1, 1]) @ affine
        for k in range(voxels.shape[2]):
            d.SOPInstanceUID = d.file_meta.MediaStorageSOPInstanceUID = f"{study.uid}.{index}.{k + 1}"
            d.InstanceNumber = k + 1
            d.ImagePositionPatient = [round(float(v), 6) for v in lps[:3, 3] + k * lps[:3, 2]]
            d.PixelData = np.ascontiguousarray(voxels[:, :, k].T).tobytes()
            yield d

    def enhanced(self, study, index, voxels, affine):
        d = self.base(study, index, ENHANCED_MR, 1)
        d.ImageType, d.MRAcquisitionType = ["ORIGINAL", "PRIMARY", "T1", "NONE"], "3D"
        d.EchoPulseSequence, d.PulseSequenceName, d.MagneticFieldStrength = "GRADIENT", "*tfl3d1", 3
        d.FrameOfReferenceUID, d.PatientPosition, d.SeriesDescription = f"{study.uid}.0", "HFS", "t1_mpr_iso"
        shared, frames = Dataset(), []
        geometry = self.plane(d, voxels, affine, 0)
        shared.PixelMeasuresSequence = [self.item(geometry, "PixelSpacing", "SliceThickness")]
        shared.PlaneOrientationSequence = [self.item(geometry, "ImageOrientationPatient")]
        shared.MRTimingAndRelatedParametersSequence = [self.item(GRADIENT, "RepetitionTime", "FlipAngle")]
        shared.MREchoSequence = [self.item({"EffectiveEchoTime": 2.54}, "EffectiveEchoTime")]
        shared.MRModifierSequence = [self.item({"InversionRecovery": "YES", "InversionTimes": 850.0},
                                               "InversionRecovery", "InversionTimes")]
        kind = dict(FrameType=["ORIGINAL", "PRIMARY", "T1", "NONE"], ComplexImageComponent="MAGNITUDE",
                    AcquisitionContrast="T1")
        shared.MRImageFrameTypeSequence = [self.item(kind, *kind)]
        d.SharedFunctionalGroupsSequence = [shared]
        for k in range(voxels.shape[2]):
            frame = Dataset()
            frame.PlanePositionSequence = [self.item(self.plane(d, voxels, affine, k), "ImagePositionPatient")]
            place = dict(StackID="1", InStackPositionNumber=k + 1, DimensionIndexValues=[1, k + 1])
            frame.FrameContentSequence = [self.item(place, *place)]
            frames.append(frame)
        d.PerFrameFunctionalGroupsSequence, d.NumberOfFrames = frames, len(frames)
        d.PixelData = np.ascontiguousarray(voxels.transpose(2, 1, 0)).tobytes()
        return d

    @staticmethod
    def item(values, *keywords):
        made = Dataset()
        for keyword in keywords:
            setattr(made, keyword, values[keyword])
        return made

    def report(self, study, index):
        d = self.base(study, index, TEXT_SR, 1)
        d.Modality, d.ValueType, d.ContinuityOfContent = "SR", "CONTAINER", "SEPARATE"
        d.CompletionFlag, d.VerificationFlag = "COMPLETE", "UNVERIFIED"
        return d

    @staticmethod
    def save(d, encoding, path):
        uid = {"implicit": ImplicitVRLittleEndian, "deflated": DeflatedExplicitVRLittleEndian}.get(
            encoding, ExplicitVRLittleEndian)
        if encoding == "jpeg2000":
            frames = np.frombuffer(d.PixelData, "<u2").reshape(-1, d.Rows, d.Columns)
            d.PixelData = encapsulate([Maker.jpeg2000(frame) for frame in frames])
            d["PixelData"].VR = "OB"
            uid = JPEG2000Lossless
        elif "PixelData" in d:
            d["PixelData"].VR = "OW"
        d.file_meta.TransferSyntaxUID = uid
        d.save_as(path, enforce_file_format=True)

    @staticmethod
    def jpeg2000(frame):
        buffer = io.BytesIO()
        Image.fromarray(frame).save(buffer, "JPEG2000", irreversible=False, no_jp2=True)
        data = buffer.getvalue()
        return data + b"\0" * (len(data) % 2)

    @staticmethod
    def compress(series):
        for path in series.files if series.encoding in COMPRESSORS else []:
            # Without loss, so that the object keeps its SOP Instance UID.
            subprocess.run([*COMPRESSORS[series.encoding], path, path], check=True, capture_output=True)
