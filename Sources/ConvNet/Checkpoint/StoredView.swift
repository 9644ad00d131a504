extension StoredView {
    /// Elements of all dimensions together; nil where that is more than an Int can hold.
    var count: Int? {
        if shape.contains(0) { return 0 }
        return shape.reduce(Int?(1)) { product, length in
            product.flatMap {
                let (value, overflow) = $0.multipliedReportingOverflow(by: length)
                return overflow ? nil : value
            }
        }
    }

    /// No tensor has more elements: 1 GiB of float32. Strides of zero would let a small file ask for any amount.
    static let countLimit = 1 << 28

    /// Every element lies in the block.
    ///
    /// - Throws: `WEIGHTS_MALFORMED`, `WEIGHTS_TOO_LARGE`
    func check(in block: StoredBlock) throws(ConvNetError) {
        guard shape.count == strides.count else { throw fault("has not one stride per dimension", block) }
        guard shape.allSatisfy({ $0 >= 0 }) else { throw fault("has a negative size", block) }
        guard strides.allSatisfy({ $0 >= 0 }) else { throw fault("has a negative stride", block) }
        guard offset >= 0 else { throw fault("has a negative offset", block) }
        guard let count, count <= Self.countLimit else {
            throw ConvNetError(
                .tooLarge, "A tensor of the checkpoint has more than \(Self.countLimit) elements.",
                subject: "storage \(block.key)")
        }
        var last = offset
        var overflow = false
        for (length, stride) in zip(shape, strides) where length > 0 {
            let (step, tooFar) = (length - 1).multipliedReportingOverflow(by: stride)
            let (sum, tooMuch) = last.addingReportingOverflow(step)
            overflow = overflow || tooFar || tooMuch
            last = sum
        }
        guard count == 0 || (!overflow && last < block.count) else { throw fault("reaches beyond its storage", block) }
    }

    /// The view's elements in C order.
    ///
    /// - Precondition: `check(in:)` passed for a block of this type whose numbers `bytes` holds.
    func gather(_ bytes: UnsafeRawBufferPointer, _ type: ElementType) -> Tensor {
        guard let count else { preconditionFailure("the view was checked") }
        if isContiguous {
            let part = count == 0 ? bytes[0..<0] : bytes[(offset * type.size)...]
            return Tensor(shape: shape, values: type.values(UnsafeRawBufferPointer(rebasing: part), count: count))
        }
        var index = [Int](repeating: 0, count: shape.count)
        var at = offset
        return Tensor(shape: shape) { values in
            for i in 0..<count {
                values[i] = type.value(bytes, at)
                // Counts up like an odometer, the last axis fastest.
                for axis in shape.indices.reversed() {
                    index[axis] += 1
                    at += strides[axis]
                    if index[axis] < shape[axis] { break }
                    at -= strides[axis] * shape[axis]
                    index[axis] = 0
                }
            }
        }
    }

    /// The view's elements in C order, in the file where they lie so, else in memory of their own.
    ///
    /// - Precondition: as `gather`, and `bytes` lies in the file.
    func place(in bytes: UnsafeRawBufferPointer, _ type: ElementType, of file: MappedFile) -> WeightView {
        if isContiguous, let count, count > 0 {
            let begin = offset * type.size
            let part = UnsafeRawBufferPointer(rebasing: bytes[begin..<(begin + count * type.size)])
            return WeightView(shape: shape, part, type, of: file)
        }
        return WeightView(gather(bytes, type))
    }

    private var isContiguous: Bool {
        if count == 0 { return true }
        var expected = 1
        for (length, stride) in zip(shape, strides).reversed() where length != 1 {
            if stride != expected { return false }
            expected *= length
        }
        return true
    }

    private func fault(_ what: String, _ block: StoredBlock) -> ConvNetError {
        ConvNetError(
            .malformed, "A tensor of the checkpoint \(what); the file is damaged or was made to mislead.",
            subject: "storage \(block.key)")
    }
}
