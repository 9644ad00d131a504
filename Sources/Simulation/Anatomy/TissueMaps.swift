package import Imaging

/// Probabilities of grey and white matter in an upright brain, as an atlas gives them.
package struct TissueMaps: Sendable {
    let grid: VoxelGrid
    /// Grey and white matter in 255ths, in the grid's order; axes along RAS.
    let matter: [SIMD2<UInt8>]
    /// From the outline of the closed brain, mm, negative inside; places relative to the brain's middle.
    let outline: FieldLattice<SIMD2<Float>>
    /// World place of the brain's middle.
    let middle: SIMD3<Float>

    /// - Parameters:
    ///   - grey, white: on one grid with axes along RAS, any scale: the largest value of each counts as certain.
    /// - Throws: `FOREGROUND_EMPTY` where they do not belong together or hold no brain.
    package init(grey: Volume, white: Volume) throws(ImagingError) {
        let (g, w) = (grey.canonicalRAS(), white.canonicalRAS())
        guard g.grid == w.grid, let most = g.voxels.max(), let mostWhite = w.voxels.max(), most > 0, mostWhite > 0
        else {
            throw ImagingError(
                .emptyForeground, "The maps of grey and white matter must have one grid and hold a brain.")
        }
        grid = g.grid
        matter = Self.withSulci(g.voxels.map { max($0 / most, 0) }, w.voxels.map { max($0 / mostWhite, 0) }, g.shape)
        // Blocks of about 4 mm, closed over 12 mm, then distances both ways.
        let n = g.shape
        let spacing = g.grid.spacingMM
        let factor = max(1, Int((4 / spacing.max()).rounded()))
        let pad = 6
        let small = SIMD3<Int>(n.x / factor + 2 * pad, n.y / factor + 2 * pad, n.z / factor + 2 * pad)
        var inside = [UInt8](repeating: 0, count: small.x * small.y * small.z)
        for i in pad..<(small.x - pad) {
            for j in pad..<(small.y - pad) {
                for k in pad..<(small.z - pad) {
                    let at =
                        ((i - pad) * factor + factor / 2) * n.y * n.z + ((j - pad) * factor + factor / 2) * n.z
                        + (k - pad) * factor + factor / 2
                    let m = matter[at]
                    inside[(i * small.y + j) * small.z + k] = Int(m.x) + Int(m.y) > 110 ? 1 : 0
                }
            }
        }
        let side = spacing * Double(factor)
        func outer(_ values: [UInt8]) -> [Float] {
            BinaryMask(shape: small, values: values.map { 1 - $0 }).depthMM(spacingMM: side)
        }
        let whole = BinaryMask(shape: small, values: inside).largestComponent().values
        let grown = outer(whole).map { $0 <= 12 ? UInt8(1) : 0 }
        let grownDepth = BinaryMask(shape: small, values: grown).depthMM(spacingMM: side)
        let closed = grownDepth.map { $0 > 12 ? UInt8(1) : 0 }
        let depth = BinaryMask(shape: small, values: closed).depthMM(spacingMM: side)
        let away = outer(closed)
        let profiles = BinaryMask(shape: small, values: closed).profiles
        guard let left = profiles[0].firstIndex(where: { $0 > 0 }),
            let right = profiles[0].lastIndex(where: { $0 > 0 }),
            let back = profiles[1].firstIndex(where: { $0 > 0 }), let front = profiles[1].lastIndex(where: { $0 > 0 }),
            let top = profiles[2].lastIndex(where: { $0 > 0 })
        else {
            throw ImagingError(
                .emptyForeground, "The maps of grey and white matter must have one grid and hold a brain.")
        }
        let step = Float(side.x)
        let first = g.grid.affineRAS(SIMD3(repeating: Double(factor / 2)))
        let corner = SIMD3<Float>(first) - Float(pad) * step
        // The top of the brain lies 65 mm above the middle.
        middle = [
            corner.x + Float(left + right) / 2 * step, corner.y + Float(back + front) / 2 * step,
            corner.z + Float(top) * step + step / 2 - 65,
        ]
        var lattice = FieldLattice<SIMD2<Float>>(
            from: corner - middle,
            to: corner - middle + SIMD3(Float(small.x - 1), Float(small.y - 1), Float(small.z - 1)) * step,
            spacing: step
        ) { _ in .zero }
        precondition(lattice.shape == small, "the lattice has the blocks' shape")
        for at in depth.indices {
            let signed = depth[at] > 0 ? step / 2 - depth[at] : away[at] - step / 2
            lattice.nodes[at] = [signed, 0]
        }
        lattice.smooth()
        outline = lattice
    }

    /// Maps of one brain by the intensities of its T1w image: a voxel between two tissues' means holds both.
    ///
    /// - Parameter t1w: of a brain without skull, 0 around it.
    /// - Throws: `FOREGROUND_EMPTY` where it does not show fluid, grey and white matter.
    package init(stripped t1w: Volume) throws(ImagingError) {
        guard let means = ScannedBrain.means(t1w.voxels.filter { $0 > 0 }) else {
            throw ImagingError(
                .emptyForeground,
                "No brain with fluid, grey and white matter was found. Name a T1w image without skull.")
        }
        func map(_ tissue: Tissue) -> Volume {
            Volume(
                grid: t1w.grid,
                voxels: t1w.voxels.map { value in
                    value > 0 ? ScannedBrain.shares(value, means: means)[tissue] : 0
                })
        }
        try self.init(grey: map(.cortex), white: map(.white))
    }

    /// An average of many brains has lost the fluid in narrow sulci. Where there is more of it than around, it is
    /// brought back at the cost of grey matter.
    private static func withSulci(_ grey: [Float], _ white: [Float], _ n: SIMD3<Int>) -> [SIMD2<UInt8>] {
        let fluid = zip(grey, white).map { max(1 - $0 - $1, 0) }
        var mean = fluid
        let reach = 3
        var line = [Float](repeating: 0, count: n.max() + 1)
        for (axis, stride) in [n.y * n.z, n.z, 1].enumerated() {
            let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
            let strides = [n.y * n.z, n.z, 1]
            mean.withUnsafeMutableBufferPointer { v in
                line.withUnsafeMutableBufferPointer { sums in
                    for p in 0..<n[a] {
                        for q in 0..<n[b] {
                            let start = p * strides[a] + q * strides[b]
                            for r in 0..<n[axis] { sums[r + 1] = sums[r] + v[start + r * stride] }
                            for r in 0..<n[axis] {
                                let (low, high) = (max(0, r - reach), min(n[axis], r + reach + 1))
                                v[start + r * stride] = (sums[high] - sums[low]) / Float(high - low)
                            }
                        }
                    }
                }
            }
        }
        return fluid.indices.map { at in
            let extra = min(3.5 * max(fluid[at] - mean[at], 0), 0.9 * grey[at])
            return SIMD2(UInt8(min(grey[at] - extra, 1) * 255), UInt8(min(white[at], 1) * 255))
        }
    }
}

extension FieldLattice where Value == SIMD2<Float> {
    /// Takes the corners off: each node gets the weighted mean of itself and its neighbours along each axis.
    mutating func smooth() {
        let n = shape
        for (axis, stride) in [n.y * n.z, n.z, 1].enumerated() {
            let old = nodes
            for at in nodes.indices {
                let along = at / stride % n[axis]
                if along > 0, along < n[axis] - 1 {
                    nodes[at] = old[at] * 0.5 + (old[at - stride] + old[at + stride]) * 0.25
                }
            }
        }
    }
}
