import Imaging

/// The plane in which a series is acquired: its slices lie across one axis of the body.
package enum AcquisitionPlane: Sendable, CaseIterable {
    case sagittal, coronal, axial

    /// World axis (0 = x, 1 = y, 2 = z) across the slices.
    var normalAxis: Int {
        switch self {
        case .sagittal: 0
        case .coronal: 1
        case .axial: 2
        }
    }

    /// Usual directions of a row (columns grow) and of a column (rows grow), as LPS axis and sign.
    var row: (axis: Int, sign: Double) { self == .sagittal ? (1, 1) : (0, 1) }
    var column: (axis: Int, sign: Double) { self == .axial ? (1, 1) : (2, -1) }
}

/// How the voxels of a volume become slices of a classic DICOM series.
struct SlicePlan {
    /// One axis of the volume, walked from its first to its last index or backwards.
    struct Walk {
        var axis: Int
        var count: Int
        var isReversed: Bool

        func index(_ step: Int) -> Int { isReversed ? count - 1 - step : step }
    }

    let grid: VoxelGrid
    /// Along a row, along a column, and from slice to slice.
    let columns: Walk
    let rows: Walk
    let slices: Walk
    /// Unit vectors in LPS.
    let rowDirection: SIMD3<Double>
    let columnDirection: SIMD3<Double>
    /// Distance between rows, between columns and between slices.
    let rowSpacingMM: Double
    let columnSpacingMM: Double
    let sliceSpacingMM: Double

    /// Throws where the grid has an empty axis or no right angles (0.1°).
    init(_ grid: VoxelGrid, plane: AcquisitionPlane) throws(SynthesisError) {
        guard grid.shape.min() > 0, grid.affineRAS.determinant != 0 else {
            throw SynthesisError(.unsuitableGrid, "The volume has an empty axis; give it voxels.")
        }
        let affine = grid.affineRAS
        let steps = [affine.column0, affine.column1, affine.column2].map { $0 * SIMD3(-1, -1, 1) }
        let sizes = grid.spacingMM
        let directions = (0..<3).map { steps[$0] / sizes[$0] }

        func axis(along world: Int, among candidates: [Int]) -> Int {
            candidates.max { abs(directions[$0][world]) < abs(directions[$1][world]) } ?? candidates[0]
        }
        func walk(_ axis: Int, backwards: Bool) -> Walk {
            Walk(axis: axis, count: grid.shape[axis], isReversed: backwards)
        }
        let sliceAxis = axis(along: plane.normalAxis, among: [0, 1, 2])
        let rowAxis = axis(along: plane.row.axis, among: [0, 1, 2].filter { $0 != sliceAxis })
        let columnAxis = 3 - sliceAxis - rowAxis
        let rowIsReversed = directions[rowAxis][plane.row.axis] * plane.row.sign < 0
        let columnIsReversed = directions[columnAxis][plane.column.axis] * plane.column.sign < 0

        self.grid = grid
        columns = walk(rowAxis, backwards: rowIsReversed)
        rows = walk(columnAxis, backwards: columnIsReversed)
        slices = walk(sliceAxis, backwards: false)
        rowDirection = rowIsReversed ? -directions[rowAxis] : directions[rowAxis]
        columnDirection = columnIsReversed ? -directions[columnAxis] : directions[columnAxis]
        columnSpacingMM = sizes[rowAxis]
        rowSpacingMM = sizes[columnAxis]
        sliceSpacingMM = sizes[sliceAxis]

        // sin 0.1°.
        let largestCosine = 0.0017
        let pairs = [(0, 1), (0, 2), (1, 2)]
        guard pairs.allSatisfy({ abs((directions[$0.0] * directions[$0.1]).sum()) < largestCosine }) else {
            throw SynthesisError(.unsuitableGrid, "The grid is sheared; resample it to right angles first.")
        }
    }

    /// Position of the centre of a slice's first pixel, LPS mm.
    func imagePosition(slice: Int) -> SIMD3<Double> {
        var voxel = SIMD3<Double>.zero
        voxel[columns.axis] = Double(columns.index(0))
        voxel[rows.axis] = Double(rows.index(0))
        voxel[slices.axis] = Double(slices.index(slice))
        return grid.affineRAS(voxel) * SIMD3(-1, -1, 1)
    }

    /// The pixels of a slice, row by row: `scale` times the voxel, rounded, inside 0…`largest`.
    func pixels(of volume: Volume, slice: Int, scale: Float, largest: Float) -> [UInt16] {
        var result: [UInt16] = []
        result.reserveCapacity(rows.count * columns.count)
        var voxel = SIMD3<Int>.zero
        voxel[slices.axis] = slices.index(slice)
        for row in 0..<rows.count {
            voxel[rows.axis] = rows.index(row)
            for column in 0..<columns.count {
                voxel[columns.axis] = columns.index(column)
                let value = (volume[voxel.x, voxel.y, voxel.z] * scale).rounded()
                result.append(UInt16(min(max(value, 0), largest)))
            }
        }
        return result
    }
}
