import ConvNet
import Testing

/// The stem against the plain convolution and pooling, on every kernel path.
@Suite struct StemTests {
    /// What the stem is made of, each by its definition.
    private struct Twin {
        let stem: Stem
        let check: TwinCheck
        let volumes: [Float]

        init(_ stem: Stem, samples: Int = 1, seed: UInt64 = 81) {
            self.stem = stem
            check = TwinCheck(stem.problem, samples: samples, seed: seed)
            volumes = check.x.tensor().values
        }

        var scale: [Float] { noise([stem.problem.outputChannels], seed: 82).values }
        var bias: [Float] {
            let bias = noise([stem.problem.outputChannels], seed: 83).values
            return bias + [Float](repeating: 0, count: Activations.lanes(of: bias.count) - bias.count)
        }

        func direct(relu: Bool) -> Activations {
            bias.withUnsafeBufferPointer {
                check.forward(
                    DirectConvolution(stem.problem), Execution(threads: 1), scale: scale,
                    epilogue: Epilogue(bias: $0.baseAddress!, relu: relu))
            }
        }

        func pooled(_ execution: Execution) -> Activations {
            let y = Activations(
                samples: check.samples, channels: stem.problem.outputChannels, shape: stem.pooled)
            for index in 0..<y.count { y.base[index] = .nan }
            stem.forwardPooled(volumes, weight: check.weight, scale: scale, bias: bias, into: y, execution)
            return y
        }

        func whole(_ execution: Execution) -> Activations {
            let y = Activations(
                samples: check.samples, channels: stem.problem.outputChannels, shape: stem.problem.output)
            for index in 0..<y.count { y.base[index] = .nan }
            bias.withUnsafeBufferPointer {
                stem.forward(
                    volumes, weight: check.weight, scale: scale, epilogue: Epilogue(bias: $0.baseAddress!), into: y,
                    execution)
            }
            return y
        }

        func weightGradient(_ execution: Execution) -> Tensor {
            var dw = Tensor(shape: [stem.problem.outputChannels, 1, 7, 7, 7], filledWith: .nan)
            dw.values.withUnsafeMutableBufferPointer {
                stem.weightGradient(volumes, check.dy, into: $0.baseAddress!, execution)
            }
            return dw
        }
    }

    /// Sizes of every remainder by the tiles, smaller than a tile and than the kernel; channels of one, several and broken
    /// vectors.
    private static let stems: [Stem] = [
        Stem(outputChannels: 64, firstStride: 1, input: SIMD3(9, 18, 22)),
        Stem(outputChannels: 16, firstStride: 2, input: SIMD3(9, 16, 15)),
        Stem(outputChannels: 20, firstStride: 1, input: SIMD3(4, 7, 9)),
        Stem(outputChannels: 4, firstStride: 2, input: SIMD3(1, 1, 1)),
        Stem(outputChannels: 112, firstStride: 1, input: SIMD3(2, 5, 3)),
        Stem(outputChannels: 5, firstStride: 1, input: SIMD3(5, 33, 50)),
        Stem(outputChannels: 8, firstStride: 2, input: SIMD3(12, 10, 26)),
        // More lines than go through the products together.
        Stem(outputChannels: 3, firstStride: 1, input: SIMD3(2, 247, 3)),
    ]

    @Test(arguments: KernelSet.Instructions.supported)
    func everyOutputEqualsThePlainLayers(_ instructions: KernelSet.Instructions) throws {
        for (round, stem) in Self.stems.enumerated() {
            let twin = Twin(stem, samples: 1 + round % 2)
            let execution = try instructions.execution(threads: 1 + round % 3)
            let pool = MaxPool3D(kernel: 3, stride: 2, padding: 1)
            let pooled = twin.pooled(execution)
            expectClose(pooled.tensor(), pool.naive(twin.direct(relu: true).tensor()).output, 1e-5, "\(stem)")
            #expect(pooled.fillIsZero)
            let whole = twin.whole(execution)
            expectClose(whole.tensor(), twin.direct(relu: false).tensor(), 1e-5, "\(stem)")
            #expect(whole.fillIsZero)
            expectClose(
                twin.weightGradient(execution),
                twin.check.weightGradient(DirectConvolution(stem.problem), execution), 1e-5, "\(stem)")
        }
    }

    /// Squares of errors and of values, summed.
    private struct Deviation {
        private var errors = 0.0
        private var values = 0.0

        /// Root mean square of the errors in units of that of the values.
        var relative: Double { (errors / values).squareRoot() }

        mutating func add(_ got: Tensor, _ exact: Tensor) {
            for (got, exact) in zip(got.values, exact.values) {
                errors += Double(got - exact) * Double(got - exact)
                values += Double(exact) * Double(exact)
            }
        }
    }

    /// The twin sums in double. Errors, of white noise: 1.7e-7 by `StemLines`, 8e-7 by `StemTiles`, 3.3e-7 by one long sum in
    /// float32; without fused products a tenth more.
    @Test(arguments: KernelSet.Instructions.supported)
    func whatTrainingKeepsIsMoreExactThanWhatUsePools(_ instructions: KernelSet.Instructions) throws {
        let pool = MaxPool3D(kernel: 3, stride: 2, padding: 1)
        let execution = try instructions.execution(threads: 2)
        var (kept, used) = (Deviation(), Deviation())
        for stem in Self.stems {
            let twin = Twin(stem)
            let whole = twin.whole(execution).tensor()
            var mine = Deviation()
            mine.add(whole, twin.direct(relu: false).tensor())
            // A single value may be small by chance.
            #expect(whole.values.count < 1000 || mine.relative < 4e-7, "\(stem)")
            let exact = pool.naive(twin.direct(relu: true).tensor()).output
            let rectified = Tensor(shape: whole.shape, values: whole.values.map { max(0, $0) })
            kept.add(pool.naive(rectified).output, exact)
            used.add(twin.pooled(execution).tensor(), exact)
        }
        #expect(kept.relative * 2.5 < used.relative)
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func sameBitsOnEveryRunAndForAnyNumberOfThreads(_ instructions: KernelSet.Instructions) throws {
        let twin = Twin(Stem(outputChannels: 20, firstStride: 1, input: SIMD3(11, 14, 18)), samples: 2)
        func run(_ threads: Int) throws -> [[UInt32]] {
            let execution = try instructions.execution(threads: threads)
            return [
                twin.pooled(execution).bits, twin.whole(execution).bits,
                twin.weightGradient(execution).values.map(\.bitPattern),
            ]
        }
        let first = try run(2)
        #expect(try run(2) == first)
        #expect(try run(1) == first)
        #expect(try run(7) == first)
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func notANumberStaysVisible(_ instructions: KernelSet.Instructions) throws {
        let stem = Stem(outputChannels: 16, firstStride: 1, input: SIMD3(6, 12, 14))
        var volume = noise([stem.inputCount], seed: 84).values
        let weight = noise([stem.problem.weightCount], seed: 85).values
        for place in stride(from: 0, to: volume.count, by: 97) {
            let before = volume[place]
            volume[place] = .nan
            let y = Activations(channels: 16, shape: stem.pooled)
            stem.forwardPooled(
                volume, weight: weight, scale: nil, bias: nil, into: y, try instructions.execution(threads: 2))
            #expect(!y.tensor().isFinite)
            volume[place] = before
        }
    }
}
