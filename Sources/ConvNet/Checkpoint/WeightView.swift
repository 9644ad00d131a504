/// One tensor of weights where it lies, in C order: in a mapped file, or in memory of its own.
package struct WeightView: @unchecked Sendable {
    /// Length of each axis; empty for a single number.
    package let shape: [Int]
    /// The first value, at a multiple of four bytes. Valid as long as this view or a copy of it lives.
    package let pointer: UnsafePointer<Float>
    /// Keeps the values alive; they are never written.
    private let owner: Owner

    private enum Owner {
        case file(MappedFile)
        case memory(AlignedMemory)
    }

    /// Number of values.
    package var count: Int { shape.reduce(1, *) }
    package var values: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: pointer, count: count) }
    /// True where the values were not copied.
    package var isMapped: Bool { if case .file = owner { true } else { false } }

    /// A copy of a tensor's values.
    package init(_ tensor: Tensor) { self.init(shape: tensor.shape, copying: tensor.values) }

    init(shape: [Int], copying values: [Float]) {
        let memory = AlignedMemory(count: values.count)
        values.withUnsafeBufferPointer { values in
            if let first = values.baseAddress { memory.base.update(from: first, count: values.count) }
        }
        self.shape = shape
        pointer = UnsafePointer(memory.base)
        owner = .memory(memory)
    }

    /// Float32 values of a file.
    ///
    /// - Precondition: `bytes` lies in the file, has four bytes for each value and begins at a multiple of four.
    init(shape: [Int], bytes: UnsafeRawBufferPointer, of file: MappedFile) {
        let values = bytes.assumingMemoryBound(to: Float.self)
        precondition(values.count == shape.reduce(1, *), "as many values as the shape says")
        guard let first = values.baseAddress else { preconditionFailure("a part of a file has a place") }
        self.shape = shape
        pointer = first
        owner = .file(file)
    }

    /// The values as a tensor of their own.
    package var tensor: Tensor {
        Tensor(shape: shape) { out in out.update(from: pointer, count: count) }
    }

    /// True where no value is infinite or not a number.
    package var isFinite: Bool { values.reduce(Float(0)) { $0 + $1 * 0 } == 0 }

    /// Says that the values are not needed soon: those of a file leave this process's memory until they are read again.
    package func release() {
        if case .file(let file) = owner { file.release(UnsafeRawBufferPointer(values)) }
    }
}
