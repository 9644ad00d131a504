import ConvNet
import Imaging

/// Scans that take one step together.
struct Batch: Sendable {
    var subjects: [String]
    var targets: [Int]
    /// (n, 1, d, h, w), or what the frozen trunk made of it.
    var input: Tensor
    /// True for what the trunk made.
    var isFeatures = false

    /// Joins samples of one shape.
    static func join(_ parts: [[Float]], shape: [Int]) -> Tensor {
        let count = shape.reduce(1, *)
        let values = [Float](unsafeUninitializedCapacity: parts.count * count) { buffer, initialised in
            for (index, part) in parts.enumerated() {
                precondition(part.count == count, "samples of one shape")
                part.withUnsafeBufferPointer { source in
                    guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                    (to + index * count).initialize(from: from, count: count)
                }
            }
            initialised = parts.count * count
        }
        return Tensor(shape: [parts.count] + shape, values: values)
    }

    /// Scans of a store, turned and normalised.
    static func scans(
        _ subjects: [Subject], store: SampleStore, _ rotation: (Subject) -> Rotation
    ) throws(TrainingError) -> Batch {
        var parts: [[Float]] = []
        for subject in subjects { parts.append(try store.rotated(subject.id, rotation(subject)).volume.voxels) }
        let n = store.shape
        return Batch(
            subjects: subjects.map(\.id), targets: subjects.map(\.group.target),
            input: join(parts, shape: [1, n.x, n.y, n.z]))
    }
}
