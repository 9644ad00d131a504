package import Imaging

/// Maps brought onto the scan.
package enum Heatmap {
    /// Relative range below which a map is flat: float32 sums leave differences of this order in a constant map, and
    /// stretching them to 0…1 would show noise as a finding.
    package static let flatRange: Float = 1e-5
    /// Distance in cells by which rounding may put a point of the hull's border outside.
    static let borderTolerance = 1e-6

    /// The map's value at the position of every voxel of the scan: trilinear between cell centres, signed, not scaled.
    ///
    /// Each value is computed once from the raw cells at the voxel's world position, so that the result does not depend
    /// on intermediate grids. Outside the hull of the cell centres it is 0.
    package static func onScan(_ raw: Volume, scan: VoxelGrid) -> Volume {
        guard let toCells = raw.grid.affineRAS.inverse else { return Volume(grid: scan) }
        let step = toCells * scan.affineRAS
        let cells = CellSampler(raw)
        var voxels = [Float](repeating: 0, count: scan.voxelCount)
        voxels.withUnsafeMutableBufferPointer { output in
            var offset = 0
            for i in 0..<scan.shape.x {
                for j in 0..<scan.shape.y {
                    let row = step([Double(i), Double(j), 0])
                    for k in 0..<scan.shape.z {
                        output[offset] = cells.value(at: row + step.column2 * Double(k))
                        offset += 1
                    }
                }
            }
        }
        return Volume(grid: scan, voxels: voxels)
    }

    /// ReLU, then min-max to 0…1 over all voxels. A map that is constant up to rounding becomes all zero.
    package static func normalised(_ map: Volume) -> Volume {
        var result = map
        result.voxels = normalised(map.voxels.map { max($0, 0) })
        return result
    }

    /// What files and pages show as "normalised": ReLU on the cells, placed on the scan, then min-max to 0…1.
    ///
    /// All zero where the cells are flat: placed on a larger scan a constant map would look like a box.
    package static func normalisedOnScan(_ raw: RawMap, scan: VoxelGrid) -> Volume {
        let positive = raw.rectified.volume
        return isFlat(positive.voxels) ? Volume(grid: scan) : normalised(onScan(positive, scan: scan))
    }

    /// Min-max to 0…1 without ReLU; all zero where the values are constant up to rounding.
    static func normalised(_ values: [Float]) -> [Float] {
        guard !isFlat(values), let low = values.min(), let high = values.max() else {
            return [Float](repeating: 0, count: values.count)
        }
        return values.map { ($0 - low) / (high - low) }
    }

    /// True where the values are constant up to rounding.
    package static func isFlat(_ values: [Float]) -> Bool {
        guard let low = values.min(), let high = values.max() else { return true }
        return high - low <= flatRange * max(abs(low), abs(high))
    }
}

/// Trilinear values between the cells of a raw map.
struct CellSampler {
    private let shape: SIMD3<Int>
    private let cells: [Float]
    private let last: SIMD3<Double>

    init(_ raw: Volume) {
        shape = raw.shape
        cells = raw.voxels
        last = SIMD3(Double(shape.x - 1), Double(shape.y - 1), Double(shape.z - 1))
    }

    /// The value at a position in cells, (0, 0, 0) being the centre of the first; 0 outside the hull of the centres.
    func value(at position: SIMD3<Double>) -> Float {
        let tolerance = Heatmap.borderTolerance
        guard all(position .>= -tolerance), all(position .<= last + tolerance) else { return 0 }
        let p = position.clamped(lowerBound: .zero, upperBound: last)
        let (i, u) = Self.split(p.x, shape.x)
        let (j, v) = Self.split(p.y, shape.y)
        let (k, w) = Self.split(p.z, shape.z)
        return cells.withUnsafeBufferPointer { c in
            // The farther cell of an axis with one cell only has weight 0.
            let di = i + 1 < shape.x ? shape.y * shape.z : 0
            let dj = j + 1 < shape.y ? shape.z : 0
            let dk = k + 1 < shape.z ? 1 : 0
            func line(_ at: Int) -> Double { Double(c[at]) + w * (Double(c[at + dk]) - Double(c[at])) }
            func plane(_ at: Int) -> Double { line(at) + v * (line(at + dj) - line(at)) }
            let at = (i * shape.y + j) * shape.z + k
            return Float(plane(at) + u * (plane(at + di) - plane(at)))
        }
    }

    /// Index of the nearer cell below and the share of the next one.
    private static func split(_ x: Double, _ count: Int) -> (Int, Double) {
        let index = min(Int(x), max(count - 2, 0))
        return (index, x - Double(index))
    }
}
