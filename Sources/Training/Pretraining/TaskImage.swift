internal import ConvNet
internal import Imaging
internal import Simulation

/// A made-up image as the network takes it, with its labels, kept small.
struct TaskImage: Sendable {
    /// The z-score of every voxel in steps of `unit`.
    let values: [Int16]
    let labels: [UInt8]

    /// Fine enough that rounding is far below any noise; values beyond ± 16 are cut.
    static let unit: Float = 1.0 / 2048

    /// Makes one of a task's subjects and prepares it by the plan: a scan as the service would, any other image by the same
    /// z-score over its body.
    ///
    /// - Returns: as many as the task has images of one subject.
    static func make(
        _ task: SegmentationTask, seed: UInt64, _ plan: PreprocessingPlan, input: InputKind
    ) throws(TrainingError) -> [TaskImage] {
        let spacing = SIMD3(repeating: plan.spacingMM)
        let last = SIMD3<Double>(
            Double(plan.shape.x - 1), Double(plan.shape.y - 1), Double(plan.shape.z - 1))
        let grid = VoxelGrid(shape: plan.shape, affineRAS: Affine(spacing: spacing, origin: last * spacing * -0.5))
        var images: [TaskImage] = []
        do throws(ImagingError) {
            for sample in task.makeAll(seed, grid) {
                images.append(try task.isScan ? scan(sample, plan, input) : drawing(sample, plan))
            }
        } catch {
            throw TrainingError(
                .settingsInvalid, "The plan does not prepare this task's images: \(error.message)", subject: task.name,
                cause: error)
        }
        return images
    }

    private static func scan(
        _ sample: SegmentationTask.Sample, _ plan: PreprocessingPlan, _ input: InputKind
    ) throws(ImagingError) -> TaskImage {
        let prepared = try plan.prepare(sample.image, input: input).volume
        return TaskImage(prepared.voxels, labels(of: sample, on: prepared.grid))
    }

    private static func drawing(
        _ sample: SegmentationTask.Sample, _ plan: PreprocessingPlan
    ) throws(ImagingError) -> TaskImage {
        let mask: [UInt8]? =
            switch plan.foreground {
            case .whole: nil
            case .nonzero: sample.image.voxels.map { $0 == 0 ? 0 : 1 }
            case .head, .brain: sample.body
            }
        let (mean, sd) = try ZScore.statistics(sample.image, mask: mask)
        return TaskImage(ZScore.apply(sample.image, mask: mask, mean: mean, sd: sd).voxels, sample.labels)
    }

    private init(_ voxels: [Float], _ labels: [UInt8]) {
        values = voxels.map { Int16(min(max($0 / Self.unit, -32_767), 32_767).rounded()) }
        self.labels = labels
    }

    /// The label of the nearest voxel of the sample.
    private static func labels(of sample: SegmentationTask.Sample, on grid: VoxelGrid) -> [UInt8] {
        guard let toSample = sample.image.grid.affineRAS.inverse else { return [] }
        let (map, n, m) = (toSample * grid.affineRAS, grid.shape, sample.image.shape)
        var result = [UInt8](repeating: 0, count: grid.voxelCount)
        sample.labels.withUnsafeBufferPointer { labels in
            var at = 0
            for i in 0..<n.x {
                for j in 0..<n.y {
                    var p = map([Double(i), Double(j), 0]) + 0.5
                    for _ in 0..<n.z {
                        let (a, b, c) = (Int(p.x.rounded(.down)), Int(p.y.rounded(.down)), Int(p.z.rounded(.down)))
                        if a >= 0, b >= 0, c >= 0, a < m.x, b < m.y, c < m.z {
                            result[at] = labels[(a * m.y + b) * m.z + c]
                        }
                        p += map.column2
                        at += 1
                    }
                }
            }
        }
        return result
    }
}
