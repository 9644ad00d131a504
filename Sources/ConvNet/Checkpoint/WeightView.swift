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
        self.init(shape: shape, pointer: UnsafePointer(memory.base), owner: .memory(memory))
    }

    private init(shape: [Int], pointer: UnsafePointer<Float>, owner: Owner) {
        self.shape = shape
        self.pointer = pointer
        self.owner = owner
    }

    /// Numbers of a file: in place where they are float32 at a multiple of four bytes, else converted.
    ///
    /// - Precondition: `bytes` lies in the file and holds as many numbers as the shape says.
    init(shape: [Int], _ bytes: UnsafeRawBufferPointer, _ type: ElementType, of file: MappedFile) {
        let count = shape.reduce(1, *)
        precondition(bytes.count >= count * type.size, "as many bytes as the shape says")
        let aligned = Int(bitPattern: bytes.baseAddress) % MemoryLayout<Float>.alignment == 0
        if type == .float32, aligned, 1.littleEndian == 1, let start = bytes.baseAddress {
            self.init(shape: shape, pointer: start.assumingMemoryBound(to: Float.self), owner: .file(file))
        } else {
            self.init(shape: shape, copying: type.values(bytes, count: count))
        }
    }

    /// The values as a tensor of their own.
    package var tensor: Tensor {
        Tensor(shape: shape) { out in out.update(from: pointer, count: count) }
    }

    /// True where no value is infinite or not a number.
    package var isFinite: Bool { values.areFinite }

    /// Says that the values are not needed soon: those of a file leave this process's memory until they are read again.
    package func release() {
        if case .file(let file) = owner { file.release(UnsafeRawBufferPointer(values)) }
    }
}
