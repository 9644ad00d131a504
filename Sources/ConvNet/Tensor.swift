/// A dense float32 array of any rank.
///
/// Values are in C order: the last axis is contiguous. Activations are (batch, channels, 0, 1, 2), where axes 0, 1 and 2
/// are those of the prepared volume.
package struct Tensor: Sendable, Hashable {
    /// Length of each axis; empty for a single number.
    package let shape: [Int]
    /// As many values as the product of `shape`; may be changed in place, never in number.
    package var values: [Float]

    /// - Precondition: `values` holds exactly as many numbers as `shape` says.
    package init(shape: [Int], values: [Float]) {
        precondition(shape.allSatisfy { $0 >= 0 }, "axes have no negative length")
        precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
        self.shape = shape
        self.values = values
    }

    /// A tensor of one value.
    package init(shape: [Int], filledWith value: Float = 0) {
        self.init(shape: shape, values: [Float](repeating: value, count: shape.reduce(1, *)))
    }

    /// A tensor whose values `fill` writes, every one of them, without their being cleared first.
    init(shape: [Int], fill: (UnsafeMutablePointer<Float>) -> Void) {
        let count = shape.reduce(1, *)
        self.init(
            shape: shape,
            values: [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
                if let base = buffer.baseAddress, count > 0 { fill(base) }
                initialised = count
            })
    }

    package var count: Int { values.count }

    /// True where no value is infinite or not a number.
    package var isFinite: Bool { values.withUnsafeBufferPointer(\.areFinite) }
}

extension Tensor {
    /// Lengths of the three spatial axes of an activation (batch, channels, 0, 1, 2).
    var spatialShape: SIMD3<Int> {
        precondition(shape.count == 5, "an activation has five axes")
        return SIMD3(shape[2], shape[3], shape[4])
    }

    /// Number of positions of one channel of one sample of an activation.
    var spatialCount: Int { spatialShape.x * spatialShape.y * spatialShape.z }

    /// One sample of a batch, keeping the batch axis with length one.
    func sample(_ index: Int) -> Tensor {
        if shape[0] == 1 && index == 0 { return self }
        let length = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [1] + shape.dropFirst(), values: Array(values[(index * length)..<((index + 1) * length)]))
    }

    /// Samples of equal shape joined along the batch axis.
    static func batch(_ samples: [Tensor]) -> Tensor {
        precondition(!samples.isEmpty, "a batch has at least one sample")
        if samples.count == 1 { return samples[0] }
        precondition(samples.allSatisfy { $0.shape == samples[0].shape }, "samples of one shape")
        return Tensor(
            shape: [samples.reduce(0) { $0 + $1.shape[0] }] + samples[0].shape.dropFirst(),
            values: samples.flatMap(\.values))
    }
}
