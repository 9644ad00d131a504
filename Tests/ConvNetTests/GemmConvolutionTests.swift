import ConvNet
import Testing

/// Convolution by pointers against its definition, on every kernel path.
@Suite struct GemmConvolutionTests {
    private func problem(
        _ from: Int, _ to: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, dilation: Int = 1,
        _ input: SIMD3<Int>
    ) -> ConvolutionProblem {
        ConvolutionProblem(
            inputChannels: from, outputChannels: to,
            geometry: ConvolutionGeometry(
                kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
                padding: SIMD3(repeating: padding ?? kernel / 2), dilation: SIMD3(repeating: dilation)),
            input: input)
    }

    /// Kernels of unequal sides, strides over them, padding beyond them, lines of one voxel, channels below and above a
    /// vector.
    @Test(arguments: KernelSet.Instructions.supported)
    func everyDirectionEqualsTheDefinitionOverASweepOfShapes(_ instructions: KernelSet.Instructions) throws {
        var generator = SeededGenerator(seed: 61)
        func any(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }
        var done = 0
        for round in 0..<120 {
            let geometry = ConvolutionGeometry(
                kernel: SIMD3(any(1...4), any(1...4), any(1...4)), stride: SIMD3(any(1...3), any(1...3), any(1...3)),
                padding: SIMD3(any(0...4), any(0...4), any(0...4)),
                dilation: SIMD3(any(1...3), any(1...3), any(1...3)))
            let size = SIMD3(any(1...7), any(1...7), any(1...9))
            let channels = [1, 3, 16, 18, 33]
            let (from, to) = (channels[any(0...4)], channels[any(0...4)])
            guard all(geometry.outputShape(of: size) .> 0), from * to < 600 else { continue }
            let problem = ConvolutionProblem(
                inputChannels: from, outputChannels: to, geometry: geometry, input: size)
            try TwinCheck(problem, samples: any(1...2), seed: UInt64(7000 + 4 * round)).expectAgreement(
                of: GemmConvolution(problem), instructions.execution(threads: 1 + round % 3), tolerance: 2e-5,
                "\(problem)")
            done += 1
        }
        #expect(done > 40)
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func networkLayersEqualTheDefinition(_ instructions: KernelSet.Instructions) throws {
        for problem in [
            problem(64, 80, kernel: 3, stride: 2, SIMD3(7, 5, 6)), problem(112, 64, kernel: 1, SIMD3(4, 9, 11)),
            problem(48, 96, kernel: 1, stride: 2, SIMD3(5, 6, 7)),
            problem(20, 20, kernel: 3, dilation: 2, SIMD3(6, 5, 7)),
            problem(1, 20, kernel: 7, stride: 2, SIMD3(9, 8, 10)),
            problem(400, 16, kernel: 3, stride: 2, SIMD3(3, 4, 3)),
            problem(64, 64, kernel: 3, stride: 2, SIMD3(1, 1, 2)), problem(1, 64, kernel: 1, SIMD3(3, 3, 3)),
            problem(64, 1, kernel: 3, stride: 3, SIMD3(2, 5, 4)),
        ] {
            try TwinCheck(problem, seed: 62).expectAgreement(
                of: GemmConvolution(problem), instructions.execution(threads: 2), tolerance: 2e-5, "\(problem)")
        }
    }

    /// Enough rows for several blocks with all their panels, and for several slices of the voxels.
    @Test func blocksOfALargeInputJoinWithoutSeams() throws {
        let large = problem(5, 20, kernel: 1, SIMD3(30, 25, 20))
        let strided = problem(3, 18, kernel: 3, stride: 2, SIMD3(40, 33, 42))
        for problem in [large, strided] {
            let check = TwinCheck(problem, seed: 63)
            let execution = Execution(threads: 2)
            let (fast, direct) = (GemmConvolution(problem), DirectConvolution(problem))
            expectClose(check.forward(fast, execution).tensor(), check.forward(direct, execution).tensor(), 1e-5)
            expectClose(
                check.inputGradient(fast, execution).tensor(), check.inputGradient(direct, execution).tensor(), 1e-5)
            expectClose(check.weightGradient(fast, execution), check.weightGradient(direct, execution), 2e-5)
        }
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func sameBitsOnEveryRunAndForAnyNumberOfThreads(_ instructions: KernelSet.Instructions) throws {
        for problem in [
            problem(33, 70, kernel: 3, stride: 2, SIMD3(9, 10, 11)), problem(20, 18, kernel: 1, SIMD3(20, 20, 20)),
        ] {
            let check = TwinCheck(problem, seed: 64)
            let algorithm = GemmConvolution(problem)
            func run(_ threads: Int) throws -> [[UInt32]] {
                let execution = try instructions.execution(threads: threads)
                return [
                    check.forward(algorithm, execution).bits, check.inputGradient(algorithm, execution).bits,
                    check.weightGradient(algorithm, execution).values.map(\.bitPattern),
                ]
            }
            let first = try run(2)
            #expect(try run(2) == first)
            #expect(try run(1) == first)
            #expect(try run(5) == first)
        }
    }

    /// The loss Σ c · y is linear in each value, so that a difference over a wide step is its derivative but for rounding.
    @Test func gradientsEqualFiniteDifferences() {
        let problem = problem(3, 4, kernel: 3, stride: 2, SIMD3(5, 4, 6))
        let check = TwinCheck(problem, seed: 65)
        let algorithm = GemmConvolution(problem)
        let execution = Execution(threads: 1)
        var weight = check.weight
        func loss() -> Double {
            let y = Activations(channels: problem.outputChannels, shape: problem.output)
            algorithm.forward(check.x, weight: weight, scale: nil, epilogue: Epilogue(), into: y, execution)
            return (0..<y.count).reduce(0) { $0 + Double(y.base[$1]) * Double(check.dy.base[$1]) }
        }
        func slope(_ change: (Float) -> Void) -> Double {
            change(1)
            let up = loss()
            change(-2)
            let down = loss()
            change(1)
            return (up - down) / 2
        }
        let dw = check.weightGradient(algorithm, execution)
        for index in stride(from: 0, to: weight.count, by: 13) {
            #expect(abs(slope { weight[index] += $0 } - Double(dw.values[index])) < 1e-3)
        }
        let dx = check.inputGradient(algorithm, execution)
        for voxel in stride(from: 0, to: check.x.voxels, by: 7) {
            let place = check.x.index(0, voxel % 3, voxel)
            #expect(abs(slope { check.x.base[place] += $0 } - Double(dx.base[place])) < 1e-3)
        }
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func notANumberStaysVisible(_ instructions: KernelSet.Instructions) throws {
        let problem = problem(16, 16, kernel: 3, stride: 2, SIMD3(6, 6, 6))
        let check = TwinCheck(problem, seed: 66)
        check.x.base[check.x.index(0, 5, 100)] = .nan
        let y = try check.forward(
            GemmConvolution(problem), instructions.execution(threads: 2), epilogue: Epilogue(relu: true))
        #expect(y.tensor().values.contains { $0.isNaN })
    }
}
