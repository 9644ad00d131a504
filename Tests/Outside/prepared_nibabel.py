#!/usr/bin/env python3
"""Compares prepared.nii.gz of `fcdwatch models try` with nibabel, and says what of the head the crop cuts away.

    prepared_nibabel.py SCAN PREPARED [stripped]

The scan must already have the plan's spacing of 1 mm. Its voxels, turned by nibabel.as_closest_canonical and cropped or
padded at the place that the two affines name, must be PREPARED's but for one scale and offset inside the foreground
(the z-score) and 0 outside. For a full head, a mask is made with scipy (threshold, opening, largest part, holes filled)
and head voxels outside the crop are counted by side and by depth under the skin; those above a line that slopes
from 100 mm below the vertex at the brow to 150 mm at the occiput stand for the part above the skull base.
Exit status 1 where the voxels differ.
"""
import sys

import nibabel
import numpy
import scipy.ndimage as ndi


def turned(scan, prepared):
    """Returns the canonical voxels, where the prepared volume starts in them, and the crop of them."""
    canonical = nibabel.as_closest_canonical(scan)
    data = canonical.get_fdata(dtype="f8")
    step = numpy.linalg.inv(canonical.affine) @ prepared.affine
    assert abs(step[:3, :3] - numpy.eye(3)).max() < 1e-4, f"the prepared volume is resampled: {step}"
    start = numpy.round(step[:3, 3]).astype(int)
    assert abs(step[:3, 3] - start).max() < 1e-3, f"the crop does not lie on voxels: {step[:3, 3]}"
    crop, inside = numpy.zeros(prepared.shape), numpy.zeros(prepared.shape, bool)
    low, high = numpy.maximum(start, 0), numpy.minimum(start + prepared.shape, data.shape)
    target = tuple(slice(a - s, b - s) for a, b, s in zip(low, high, start))
    crop[target] = data[tuple(slice(a, b) for a, b in zip(low, high))]
    inside[target] = True
    return data, start, crop, inside


def largest(mask):
    labels, count = ndi.label(mask)
    return labels == 1 + numpy.bincount(labels.ravel())[1:].argmax() if count else mask


def head(data):
    """Skin and what it encloses: Otsu twice on a smoothed image, opened, filled plane by plane."""
    def otsu(values):
        counts, edges = numpy.histogram(values, 256)
        middle, share = (edges[:-1] + edges[1:]) / 2, counts / counts.sum()
        below, moment = share.cumsum(), (share * middle).cumsum()
        with numpy.errstate(all="ignore"):
            spread = (moment[-1] * below - moment) ** 2 / (below * (1 - below))
        return middle[numpy.nanargmax(spread)]
    smooth = ndi.gaussian_filter(data, 1.0)
    first = otsu(smooth[smooth < numpy.quantile(smooth, 0.998)])
    limit = otsu(smooth[smooth < first])
    mask = largest(ndi.binary_opening(smooth > limit, iterations=2))
    mask = ndi.binary_dilation(mask, iterations=1) & (smooth > limit)
    for axis in range(3):
        for plane in range(mask.shape[axis]):
            at = (slice(None),) * axis + (plane,)
            mask[at] = ndi.binary_fill_holes(mask[at])
    return largest(mask), limit


def report_cut(data, start, shape):
    mask, limit = head(data)
    heights = mask.sum((0, 1))
    top = numpy.nonzero(heights >= 100)[0].max()
    vault = mask[:, :, max(0, top - 90) : top + 1]
    ys = numpy.nonzero(vault.any((0, 2)))[0]
    xs = numpy.nonzero(vault.any((1, 2)))[0]
    print(f"head: {mask.sum() / 1e6:.3f} L over {limit:.1f}; top z {top}; in the 90 mm under it x {xs[0]}-{xs[-1]}, "
          f"y {ys[0]}-{ys[-1]} ({ys[-1] - ys[0] + 1} mm); crop x {start[0]}-{start[0] + shape[0] - 1}, "
          f"y {start[1]}-{start[1] + shape[1] - 1}, z {start[2]}-{start[2] + shape[2] - 1}")
    i, j, k = numpy.nonzero(mask)
    forward = numpy.clip((j - ys[0]) / (ys[-1] - ys[0]), 0, 1)
    above = k >= top - (150 - 50 * forward)
    depth = ndi.distance_transform_edt(mask)[mask]
    sides = {
        "left": i < start[0], "right": i >= start[0] + shape[0], "back": j < start[1],
        "front": j >= start[1] + shape[1], "below": k < start[2], "top": k >= start[2] + shape[2]}
    for name, cut in sides.items():
        there = cut & above
        if not there.any():
            continue
        extent = [(int(v[there].min()), int(v[there].max())) for v in (i, j, k)]
        print(f"cut at the {name}: {there.sum()} head voxels above the skull base "
              f"({there.sum() / above.sum():.3%}), "
              f"x, y, z {extent}, deepest {depth[there].max():.1f} mm under the skin, "
              f"over 8 mm: {(there & (depth > 8)).sum()}; in the 90 mm under the vertex: "
              f"{(there & (k > top - 90)).sum()}")
    cut = numpy.any(list(sides.values()), axis=0)
    print(f"all: {cut.sum()} of {mask.sum()} head voxels cut, {(cut & above).sum()} of them above the skull base")
    # How far the vault reaches beyond any crop of this length, wherever it is laid.
    for level in (90, 100, 110, 120, 150):
        part = mask[:, :, max(0, top - level) : top + 1].sum((0, 2))
        if level > 90:
            floor = 150 - 50 * numpy.clip((numpy.arange(mask.shape[1]) - ys[0]) / (ys[-1] - ys[0]), 0, 1)
            higher = numpy.arange(mask.shape[2]) >= (top - numpy.minimum(level, floor))[:, None]
            part = (mask & higher).sum((0, 2))
        total = part.sum()
        lost = [total - part[max(s, 0) : s + shape[1]].sum() for s in range(-40, mask.shape[1])]
        best = int(numpy.argmin(lost))
        here = total - part[max(start[1], 0) : start[1] + shape[1]].sum()
        span = numpy.nonzero(part)[0]
        print(f"down to {level} mm: y {span[0]}-{span[-1]} ({span[-1] - span[0] + 1} mm), cut along y {here}, "
              f"least possible {lost[best]} with y from {best - 40}")


def main(scan_path, prepared_path, kind="fullHead"):
    scan, prepared = nibabel.load(scan_path), nibabel.load(prepared_path)
    data, start, crop, inside = turned(scan, prepared)
    got = prepared.get_fdata(dtype="f8")
    mask = got != 0
    # value = a * got + b on the foreground
    a, b = numpy.polyfit(got[mask], crop[mask], 1)
    error = abs(a * got + b - crop)[mask].max() / abs(crop).max()
    zero = abs(got[~inside]).max() if (~inside).any() else 0
    print(f"{''.join(nibabel.aff2axcodes(scan.affine))} {scan.shape}: start {start.tolist()}, foreground "
          f"{mask.sum()} voxels, mean {got[mask].mean():.2e}, sd {got[mask].std():.7f}; scan = {a:.4f} * prepared + "
          f"{b:.4f}, largest error {error:.1e} of the maximum; beyond the scan {zero:g}; scan's mean there "
          f"{crop[mask].mean():.4f}, sd {crop[mask].std():.4f}")
    if kind == "fullHead":
        report_cut(data, start, prepared.shape)
    good = error < 1e-5 and zero == 0 and abs(got[mask].mean()) < 1e-4 and abs(got[mask].std() - 1) < 1e-4
    print("equal" if good else "DIFFERENT")
    return 0 if good else 1


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
