import COpenBLAS

/// Convolution in three dimensions, with what follows it in the network: bias, an added shortcut, ReLU.
///
/// The work is cut into blocks of output positions. For each block one worker gathers the input under every kernel tap
/// (im2col), multiplies by the weights with OpenBLAS, and finishes the block while it is in the cache. The blocks depend
/// on the shapes alone, so the result is the same for any number of threads.
package struct Conv3D: Sendable {
    let inputChannels: Int
    let outputChannels: Int
    let geometry: ConvolutionGeometry
    /// (outputChannels, inputChannels, kernel 0, kernel 1, kernel 2)
    let weight: [Float]
    /// (outputChannels)
    let bias: [Float]

    /// - Precondition: `weight` has five axes, the last three of them the kernel's; one bias per output channel, or none.
    package init(weight: Tensor, bias: [Float]? = nil, geometry: ConvolutionGeometry) {
        precondition(weight.shape.count == 5, "a convolution's weight has five axes")
        precondition(weight.spatialShape == geometry.kernel, "weight and geometry agree on the kernel")
        outputChannels = weight.shape[0]
        inputChannels = weight.shape[1]
        self.geometry = geometry
        self.weight = weight.values
        self.bias = bias ?? [Float](repeating: 0, count: outputChannels)
        precondition(self.bias.count == outputChannels, "one bias per output channel")
    }

    /// Products per output value: input channels × kernel taps.
    var depth: Int { inputChannels * geometry.taps }

    /// Gathered values of one block, 2 MiB per worker; sizes from 0.5 to 16 MiB took the same processor time.
    package static let blockValues = 1 << 19
    /// No block is narrower than this, or the matrix product loses its speed.
    static let narrowestBlock = 48

    /// y = w ∗ x + bias (+ shortcut), then ReLU where asked.
    ///
    /// - Parameters:
    ///   - input: (n, inputChannels, d, h, w)
    ///   - shortcut: added before ReLU; of the output's shape.
    /// - Returns: (n, outputChannels, d', h', w')
    package func forward(_ input: Tensor, threads: Int, adding shortcut: Tensor? = nil, relu: Bool = false) -> Tensor {
        let columns = Im2col(geometry, channels: inputChannels, input: input.spatialShape)
        let outputShape = [input.shape[0], outputChannels, columns.output.x, columns.output.y, columns.output.z]
        precondition(input.shape[1] == inputChannels, "the input has the channels that the weights expect")
        precondition(columns.count > 0, "the padded input is at least as large as the kernel")
        precondition(shortcut.map { $0.shape == outputShape } ?? true, "the shortcut has the output's shape")
        let width = min(columns.count, max(Self.narrowestBlock, Self.blockValues / depth))
        let blocks = (columns.count + width - 1) / width
        return Tensor(shape: outputShape) { out in
            input.values.withUnsafeBufferPointer { x in
                withOptionalPointer(shortcut) { added in
                    Workers.run(threads: threads, items: outputShape[0] * blocks) { items in
                        let scratch = UnsafeMutablePointer<Float>.allocate(
                            capacity: geometry.isPointwise ? 1 : depth * width)
                        defer { scratch.deallocate() }
                        while let item = items.next() {
                            let (sample, block) = item.quotientAndRemainder(dividingBy: blocks)
                            let range = (block * width)..<min(columns.count, (block + 1) * width)
                            let offset = sample * outputChannels * columns.count + range.lowerBound
                            let source = x.baseAddress! + sample * inputChannels * columns.inputCount
                            multiply(columns, source, range, scratch, out + offset)
                            finish(out + offset, added.map { $0 + offset }, range.count, columns.count, relu)
                        }
                    }
                }
            }
        }
    }

    /// Writes w ∗ x for one range of output positions; `out` is the first of them in channel 0.
    private func multiply(
        _ columns: Im2col, _ source: UnsafePointer<Float>, _ range: Range<Int>,
        _ scratch: UnsafeMutablePointer<Float>, _ out: UnsafeMutablePointer<Float>
    ) {
        var gathered = source + range.lowerBound
        var gatheredStride = columns.count
        if !geometry.isPointwise {
            columns.gather(source, range, into: scratch)
            gathered = UnsafePointer(scratch)
            gatheredStride = range.count
        }
        // (outputChannels × depth) times (depth × range)
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(outputChannels), blasint(range.count), blasint(depth),
            1, weight, blasint(depth), gathered, blasint(gatheredStride), 0, out, blasint(columns.count))
    }

    /// Adds bias and shortcut to one block and cuts off what is negative. NaN stays NaN, so that it is noticed.
    private func finish(
        _ out: UnsafeMutablePointer<Float>, _ added: UnsafePointer<Float>?, _ count: Int, _ channelStride: Int,
        _ relu: Bool
    ) {
        for channel in 0..<outputChannels {
            let b = bias[channel]
            let row = out + channel * channelStride
            if let other = added.map({ $0 + channel * channelStride }) {
                for i in 0..<count { row[i] += b + other[i] }
            } else {
                for i in 0..<count { row[i] += b }
            }
            if relu { ReLU.apply(row, count) }
        }
    }
}

/// The values of a tensor that may be absent.
private func withOptionalPointer(_ tensor: Tensor?, _ body: (UnsafePointer<Float>?) -> Void) {
    if let tensor {
        tensor.values.withUnsafeBufferPointer { body($0.baseAddress) }
    } else {
        body(nil)
    }
}
