import Imaging

extension ScanPicture {
    /// Pixels per millimetre and the window of the plane that is shown.
    package struct Frame: Sendable {
        /// Canonical voxel coordinate at the picture's left and top edge; both run down from there.
        package var left, top: Double
        package var pixelsPerMM: Double
        /// Pixels.
        package var width, height: Int
    }

    /// The extent of what is shown along an axis, in mm.
    func extentMM(_ axis: Int) -> Double { (shown[axis].upperBound - shown[axis].lowerBound) * spacingMM[axis] }

    /// The longest extent of what is shown, in mm.
    package var longestSideMM: Double { (0..<3).map(extentMM).reduce(0, max) }

    /// What of `plane` is shown, wide enough to hold `voxel`.
    package func frame(of plane: Plane, holding voxel: SIMD3<Double>, pixelsPerMM: Double) -> Frame {
        func range(_ axis: Int) -> ClosedRange<Double> {
            let r = shown[axis]
            return min(r.lowerBound, voxel[axis] - 2)...max(r.upperBound, voxel[axis] + 2)
        }
        let (a, u) = (range(plane.across), range(plane.up))
        return Frame(
            left: a.upperBound, top: u.upperBound, pixelsPerMM: pixelsPerMM,
            width: max(Int(((a.upperBound - a.lowerBound) * spacingMM[plane.across] * pixelsPerMM).rounded()), 8),
            height: max(Int(((u.upperBound - u.lowerBound) * spacingMM[plane.up] * pixelsPerMM).rounded()), 8))
    }

    /// Pixel (column, row) of a canonical voxel coordinate.
    func pixel(of voxel: SIMD3<Double>, in frame: Frame, plane: Plane) -> (x: Int, y: Int) {
        let place = place(of: voxel, in: frame, plane: plane)
        return (Int(place.x.rounded(.down)), Int(place.y.rounded(.down)))
    }

    /// Where in the picture a canonical voxel coordinate is, in pixels from its left and top edge.
    package func place(of voxel: SIMD3<Double>, in frame: Frame, plane: Plane) -> (x: Double, y: Double) {
        (
            (frame.left - voxel[plane.across]) * spacingMM[plane.across] * frame.pixelsPerMM,
            (frame.top - voxel[plane.up]) * spacingMM[plane.up] * frame.pixelsPerMM
        )
    }

    /// Slice nearest to a coordinate along an axis.
    package func sliceIndex(_ coordinate: Double, axis: Int) -> Int {
        min(max(Int(coordinate.rounded()), 0), scan.shape[axis] - 1)
    }

    /// One slice, linearly interpolated between its voxels, with or without the heat.
    package func slice(_ plane: Plane, index: Int, frame: Frame, overlay: Bool) -> Raster {
        var result = Raster(width: frame.width, height: frame.height)
        let grey = Slice(of: scan, plane, index: index)
        let warm = overlay ? heat.map { Slice(of: $0, plane, index: index) } : nil
        for y in 0..<frame.height {
            let up = frame.top - (Double(y) + 0.5) / (frame.pixelsPerMM * spacingMM[plane.up])
            for x in 0..<frame.width {
                let across = frame.left - (Double(x) + 0.5) / (frame.pixelsPerMM * spacingMM[plane.across])
                guard let value = grey.sample(across, up) else { continue }
                let level = UInt8((window.share(value) * 255).rounded())
                if let heat = warm?.sample(across, up) {
                    result[x, y] = Inferno.blend(Double(heat), over: level)
                } else {
                    result[x, y] = Raster.Colour(grey: level)
                }
            }
        }
        return result
    }
}

/// One slice of a canonical volume: (across, up), up contiguous.
private struct Slice {
    let width: Int
    let height: Int
    let values: [Float]

    init(of volume: Volume, _ plane: Plane, index: Int) {
        width = volume.shape[plane.across]
        height = volume.shape[plane.up]
        let n = volume.shape
        let steps = SIMD3(n.y * n.z, n.z, 1)
        let start = index * steps[plane.through]
        var values: [Float] = []
        values.reserveCapacity(width * height)
        for a in 0..<width {
            let row = start + a * steps[plane.across]
            for u in 0..<height {
                let value = volume.voxels[row + u * steps[plane.up]]
                values.append(value.isFinite ? value : 0)
            }
        }
        self.values = values
    }

    /// The value at a voxel coordinate; nil outside the outermost voxels.
    func sample(_ across: Double, _ up: Double) -> Float? {
        guard across >= -0.5, up >= -0.5, across <= Double(width) - 0.5, up <= Double(height) - 0.5 else { return nil }
        let a = min(max(across, 0), Double(width - 1))
        let u = min(max(up, 0), Double(height - 1))
        let (a0, u0) = (Int(a), Int(u))
        let (a1, u1) = (min(a0 + 1, width - 1), min(u0 + 1, height - 1))
        let (fa, fu) = (Float(a - Double(a0)), Float(u - Double(u0)))
        let low = values[a0 * height + u0] * (1 - fu) + values[a0 * height + u1] * fu
        let high = values[a1 * height + u0] * (1 - fu) + values[a1 * height + u1] * fu
        return low * (1 - fa) + high * fa
    }
}
