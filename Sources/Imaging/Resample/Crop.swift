/// Where in a canonical scan the prepared grid lies.
struct Crop: Sendable {
    /// The prepared grid.
    let grid: VoxelGrid
    /// Source voxel at which prepared voxel (0, 0, 0) lies; whole numbers where nothing is resampled.
    let start: SIMD3<Double>
    /// Source voxels per prepared voxel.
    let step: SIMD3<Double>
    /// True where voxels are copied and not resampled.
    let isExact: Bool
    private let source: VoxelGrid

    /// - Parameters:
    ///   - box: of the head (or brain) in the source.
    ///   - subject: that head or brain, on the source's grid.
    init(plan: PreprocessingPlan, source: VoxelGrid, box: HeadBox, subject: BinaryMask) {
        let spacing = source.spacingMM
        let n = SIMD3<Double>(Double(plan.shape.x), Double(plan.shape.y), Double(plan.shape.z))
        let isExact = (0..<3).allSatisfy {
            abs(spacing[$0] - plan.spacingMM) <= PreprocessingPlan.spacingToleranceMM
        }
        let step = isExact ? .one : plan.spacingMM / spacing
        let scanCentre =
            SIMD3(Double(source.shape.x - 1), Double(source.shape.y - 1), Double(source.shape.z - 1)) / 2
        var start = (plan.anchor == .head ? box.centre : scanCentre) - step * (n - 1) / 2
        if plan.anchor == .head {
            // The upper face of the crop is the margin above the upper face of the head's top voxel.
            let top = Double(box.top) + 0.5 + PreprocessingPlan.topMarginMM / spacing.z
            start.z = top - step.z * (n.z - 0.5)
            let length = Int((n.y * step.y).rounded())
            if box.last.y - box.first.y + 1 > length {
                start.y = Self.leastCut(subject, box, length: length, spacingMM: spacing) + (step.y - 1) / 2
            }
        }
        if isExact { start.round(.toNearestOrAwayFromZero) }
        self.isExact = isExact
        self.start = start
        self.step = step
        self.source = source
        let affine = source.affineRAS
        grid = VoxelGrid(
            shape: plan.shape,
            affineRAS: Affine(
                column0: affine.column0 * step.x, column1: affine.column1 * step.y, column2: affine.column2 * step.z,
                translation: affine(start)))
    }

    /// First of `length` planes along y that hold most of the head above the skull base, where not all of it fits.
    ///
    /// The middle of the vault would not do: brow and frontal sinus stand out before the brain as nothing does behind
    /// it, and occipital cortex would come within 1 to 3 mm of the crop's end.
    private static func leastCut(
        _ subject: BinaryMask, _ box: HeadBox, length: Int, spacingMM: SIMD3<Double>
    ) -> Double {
        let n = subject.shape
        var before = [0]  // Head voxels above the skull base in the planes before each.
        for j in 0..<n.y {
            let lowest = max(0, Int(skullBase(Double(j), box, spacingMM).rounded(.up)))
            var count = 0
            for i in 0..<n.x {
                let row = (i * n.y + j) * n.z
                for k in min(lowest, n.z)..<n.z where subject.values[row + k] != 0 { count += 1 }
            }
            before.append(before[j] + count)
        }
        var best = box.first.y
        for first in box.first.y...(box.last.y + 1 - length)
        where before[first + length] - before[first] > before[best + length] - before[best] { best = first }
        return Double(best)
    }

    /// The part of the source that the crop holds; beyond the source, `outside`.
    func apply(_ volume: Volume, _ interpolation: Interpolation, outside: Float) -> Volume {
        if !isExact { return volume.resampled(onto: grid, interpolation, outside: outside) }
        return Volume(grid: grid, voxels: copied(volume.voxels, outside: outside))
    }

    /// The part of a mask of the source's shape that the crop holds; the nearest voxel decides.
    func apply(_ mask: BinaryMask) -> BinaryMask {
        if isExact { return BinaryMask(shape: grid.shape, values: copied(mask.values, outside: 0)) }
        let n = grid.shape
        func nearest(_ axis: Int) -> [Int?] {
            (0..<n[axis]).map {
                let at = Int((start[axis] + step[axis] * Double($0)).rounded())
                return (0..<source.shape[axis]).contains(at) ? at : nil
            }
        }
        let (xs, ys, zs) = (nearest(0), nearest(1), nearest(2))
        var values = [UInt8](repeating: 0, count: grid.voxelCount)
        for i in 0..<n.x {
            guard let x = xs[i] else { continue }
            for j in 0..<n.y {
                guard let y = ys[j] else { continue }
                for k in 0..<n.z {
                    guard let z = zs[k] else { continue }
                    values[grid.offset(i, j, k)] = mask.values[source.offset(x, y, z)]
                }
            }
        }
        return BinaryMask(shape: n, values: values)
    }

    private func copied<T>(_ values: [T], outside: T) -> [T] {
        let n = grid.shape
        let first = SIMD3<Int>(Int(start.x), Int(start.y), Int(start.z))
        var out = [T](repeating: outside, count: grid.voxelCount)
        let k0 = max(0, -first.z)
        let k1 = min(n.z, source.shape.z - first.z)
        if k0 >= k1 { return out }
        for i in 0..<n.x where (0..<source.shape.x).contains(i + first.x) {
            for j in 0..<n.y where (0..<source.shape.y).contains(j + first.y) {
                let from = source.offset(i + first.x, j + first.y, first.z + k0)
                let to = grid.offset(i, j, k0)
                out.replaceSubrange(to..<(to + k1 - k0), with: values[from..<(from + k1 - k0)])
            }
        }
        return out
    }

    /// Share of the mask's voxels whose centres lie outside the crop, 0…1.
    ///
    /// - Parameters:
    ///   - mask: on the source's grid reduced by `factor`.
    ///   - box: of the head, in voxels of the source.
    ///   - aboveSkullBaseOnly: leaves out what lies below the sloping floor of the skull.
    func cutShare(_ mask: BinaryMask, factor: SIMD3<Int>, _ box: HeadBox, aboveSkullBaseOnly: Bool) -> Double {
        let n = mask.shape
        let low = start - step / 2
        let high = low + step * SIMD3(Double(grid.shape.x), Double(grid.shape.y), Double(grid.shape.z))
        /// Source position of a plane of the mask, and whether the crop reaches it.
        func position(_ axis: Int, _ at: Int) -> Double { (Double(at) + 0.5) * Double(factor[axis]) - 0.5 }
        func inside(_ axis: Int, _ at: Int) -> Bool { (low[axis]...high[axis]).contains(position(axis, at)) }
        let insideZ = (0..<n.z).map { inside(2, $0) }
        var (all, cut) = (0, 0)
        mask.values.withUnsafeBufferPointer { v in
            for j in 0..<n.y {
                let base = aboveSkullBaseOnly ? Self.skullBase(position(1, j), box, source.spacingMM) : -.infinity
                let lowest = (0..<n.z).first { position(2, $0) >= base } ?? n.z
                for i in 0..<n.x {
                    let across = inside(0, i) && inside(1, j)
                    let row = (i * n.y + j) * n.z
                    for k in lowest..<n.z where v[row + k] != 0 {
                        all += 1
                        if !(across && insideZ[k]) { cut += 1 }
                    }
                }
            }
        }
        return all == 0 ? 0 : Double(cut) / Double(all)
    }

    /// Height of the skull's floor, in source voxels, at a source position along y.
    private static func skullBase(_ y: Double, _ box: HeadBox, _ spacingMM: SIMD3<Double>) -> Double {
        let forward = (y - Double(box.first.y)) / Double(max(1, box.last.y - box.first.y))
        let (front, back) = (PreprocessingPlan.skullBaseFrontMM, PreprocessingPlan.skullBaseBackMM)
        let depth = back + (front - back) * min(max(forward, 0), 1)
        return Double(box.top) - depth / spacingMM.z
    }
}
