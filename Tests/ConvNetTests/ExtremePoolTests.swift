import ConvNet
import Testing

@Suite struct ExtremePoolTests {
    private static let window = ConvolutionGeometry(
        kernel: SIMD3(repeating: 3), stride: SIMD3(repeating: 2), padding: SIMD3(repeating: 1))

    /// Max-pool of relu(norm(z)), as its definition says, with factors of both signs and zero.
    @Test(arguments: KernelSet.supported.map(\.instructions), [[7, 8, 9], [1, 5, 2], [4, 4, 4], [6, 1, 11]])
    func poolingFirstIsPoolingLast(_ instructions: KernelSet.Instructions, size: [Int]) throws {
        let execution = Execution(threads: 2, kernels: try .named(instructions.rawValue))
        let channels = 21
        let input = noise([2, channels] + size, seed: 1)
        var weight = noise([channels], seed: 2).values
        weight[4] = 0
        let z = Activations(input)
        let norm = NormedChannels(
            mean: noise([channels], seed: 3).values.map { Double($0) },
            variance: [Double](repeating: 0.8, count: channels), weight: weight, bias: noise([channels], seed: 4).values)
        let normed = Activations(samples: 2, channels: channels, shape: z.shape)
        norm.forward(z, relu: true, into: normed, execution)
        let naive = MaxPool3D(kernel: 3, stride: 2, padding: 1).naive(normed.tensor())

        let pool = ExtremePool(Self.window)
        let pooled = Activations(samples: 2, channels: channels, shape: Self.window.outputShape(of: z.shape))
        let taps = UnsafeMutablePointer<UInt8>.allocate(capacity: pooled.count)
        defer { taps.deallocate() }
        let scale = ChannelValues(weight.map { Double($0) })
        pool.forward(z, factor: scale, into: pooled, taps: taps, execution)
        let y = Activations(samples: 2, channels: channels, shape: pooled.shape)
        norm.forward(pooled, relu: true, into: y, execution)
        #expect(y.tensor() == naive.output)

        // Gradients go where the naive twin found the maxima; where ReLU gave zero, none flows.
        let upstream = noise(naive.output.shape, seed: 5)
        let dy = Activations(upstream)
        let sums = norm.reduce(dy, maskedBy: y, pooled, execution)
        pool.backward(dy, taps: taps, norm: norm, sums, inPlace: z, execution)
        var wanted = Tensor(shape: input.shape)
        let (cells, voxels) = (naive.output.spatialCount, input.spatialCount)
        for (at, place) in naive.index.enumerated() where naive.output.values[at] > 0 {
            let factor = weight[at / cells % channels] / Float((0.8 + 1e-5).squareRoot())
            wanted.values[at / cells * voxels + place] += factor * upstream.values[at]
        }
        expectClose(z.tensor(), wanted, 1e-5)
    }
}

extension Tensor {
    fileprivate var spatialCount: Int { shape[2] * shape[3] * shape[4] }
}
