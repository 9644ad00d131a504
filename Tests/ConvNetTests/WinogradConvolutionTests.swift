import ConvNet
import Testing

/// Winograd's algorithm against the direct sum, on every kernel path.
@Suite struct WinogradConvolutionTests {
    private static func problem(
        _ from: Int, _ to: Int, _ input: SIMD3<Int>, dilation: SIMD3<Int> = SIMD3(repeating: 1)
    ) -> ConvolutionProblem {
        ConvolutionProblem(
            inputChannels: from, outputChannels: to,
            geometry: ConvolutionGeometry(
                kernel: SIMD3(repeating: 3), stride: SIMD3(repeating: 1), padding: dilation, dilation: dilation),
            input: input)
    }

    @Test func fitsWhereTheWindowKeepsTheShape() {
        func geometry(_ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int) -> ConvolutionProblem {
            func same(_ value: Int) -> SIMD3<Int> { SIMD3(repeating: value) }
            return ConvolutionProblem(
                inputChannels: 64, outputChannels: 64,
                geometry: ConvolutionGeometry(
                    kernel: same(kernel), stride: same(stride), padding: same(padding), dilation: same(dilation)),
                input: SIMD3(12, 10, 9))
        }
        #expect(WinogradConvolution.canDo(geometry(3, 1, 1, 1)))
        #expect(WinogradConvolution.canDo(geometry(3, 1, 4, 4)))
        #expect(!WinogradConvolution.canDo(geometry(3, 2, 1, 1)))
        #expect(!WinogradConvolution.canDo(geometry(1, 1, 0, 1)))
        #expect(!WinogradConvolution.canDo(geometry(3, 1, 0, 1)))
        #expect(!WinogradConvolution.canDo(geometry(3, 1, 1, 2)))
        #expect(WinogradConvolution.isWorthwhile(geometry(3, 1, 1, 1)))
        #expect(!WinogradConvolution.isWorthwhile(geometry(1, 1, 0, 1)))
        #expect(!WinogradConvolution.isWorthwhile(Self.problem(1, 16, SIMD3(20, 20, 20))))
        #expect(!WinogradConvolution.isWorthwhile(Self.problem(512, 512, SIMD3(1, 1, 1))))
    }

    /// Every tiling, on shapes that no tile fits.
    @Test(arguments: KernelSet.Instructions.supported)
    func everyTilingEqualsTheDirectSum(_ instructions: KernelSet.Instructions) throws {
        let check = TwinCheck(Self.problem(3, 5, SIMD3(7, 6, 5)), seed: 41)
        let execution = try instructions.execution(threads: 2)
        for d in 2...4 {
            for h in 2...4 {
                for w in 2...4 {
                    check.expectAgreement(
                        of: WinogradConvolution(check.problem, outputs: SIMD3(d, h, w)), execution, "\(d) \(h) \(w)")
                }
            }
        }
    }

    /// Channels that fill no vector, volumes smaller than a tile, voxels in so many grids that some of those are empty.
    @Test(arguments: KernelSet.Instructions.supported)
    func sweepOfShapesEqualsTheDirectSum(_ instructions: KernelSet.Instructions) throws {
        let cases: [(from: Int, to: Int, input: SIMD3<Int>, dilation: SIMD3<Int>, samples: Int)] = [
            (1, 1, SIMD3(1, 1, 1), SIMD3(1, 1, 1), 1),
            (1, 3, SIMD3(2, 3, 5), SIMD3(1, 1, 1), 3),
            (3, 1, SIMD3(13, 9, 10), SIMD3(1, 1, 1), 1),
            (16, 17, SIMD3(7, 6, 5), SIMD3(2, 2, 2), 1),
            (17, 40, SIMD3(2, 3, 5), SIMD3(4, 4, 4), 2),
            (40, 16, SIMD3(5, 4, 3), SIMD3(1, 1, 1), 1),
            (64, 3, SIMD3(4, 5, 9), SIMD3(1, 1, 1), 1),
            (5, 80, SIMD3(3, 3, 6), SIMD3(1, 2, 4), 2),
            (2, 3, SIMD3(17, 13, 12), SIMD3(4, 1, 2), 1),
            (70, 66, SIMD3(3, 2, 3), SIMD3(1, 1, 1), 1),
        ]
        for (index, item) in cases.enumerated() {
            let problem = Self.problem(item.from, item.to, item.input, dilation: item.dilation)
            TwinCheck(problem, samples: item.samples, seed: UInt64(50 + 3 * index)).expectAgreement(
                of: WinogradConvolution(problem), try instructions.execution(threads: 1 + index % 3), "\(item)")
        }
    }

    /// So many tiles that blocks of them are worked on, in both directions.
    @Test(arguments: KernelSet.Instructions.supported)
    func blocksOfTilesJoinWithoutSeams(_ instructions: KernelSet.Instructions) throws {
        for (threads, dilation, samples) in [(1, 1, 1), (3, 2, 2)] {
            let problem = Self.problem(3, 17, SIMD3(19, 18, 14), dilation: SIMD3(repeating: dilation))
            TwinCheck(problem, samples: samples, seed: 90).expectAgreement(
                of: WinogradConvolution(problem), try instructions.execution(threads: threads), "\(threads) threads")
        }
    }

    /// More input channels than one product sums up, and weights that are transformed for some outputs after the other.
    @Test(arguments: KernelSet.Instructions.supported)
    func partsOfChannelsJoinWithoutSeams(_ instructions: KernelSet.Instructions) throws {
        for (from, to) in [(3, 40), (140, 3)] {
            let problem = Self.problem(from, to, SIMD3(10, 9, 11), dilation: SIMD3(repeating: 2))
            TwinCheck(problem, seed: 100).expectAgreement(
                of: WinogradConvolution(problem, outputs: SIMD3(2, 2, 2), mostKept: 0),
                try instructions.execution(threads: 2), "\(from) to \(to)")
        }
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func sameThreadsGiveTheSameBits(_ instructions: KernelSet.Instructions) throws {
        for (channels, shape) in [(16, SIMD3(20, 17, 15)), (80, SIMD3(5, 6, 4))] {
            let check = TwinCheck(Self.problem(channels, channels, shape), samples: 2, seed: 120)
            let algorithm = WinogradConvolution(check.problem)
            let (two, again) = (
                try instructions.execution(threads: 2), try instructions.execution(threads: 2)
            )
            let one = try instructions.execution(threads: 1)
            #expect(check.forward(algorithm, two).bits == check.forward(algorithm, again).bits)
            #expect(check.forward(algorithm, two).bits == check.forward(algorithm, one).bits)
            #expect(check.inputGradient(algorithm, two).bits == check.inputGradient(algorithm, again).bits)
            #expect(check.weightGradient(algorithm, two).values == check.weightGradient(algorithm, again).values)
        }
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func notANumberIsNotHiddenByReLU(_ instructions: KernelSet.Instructions) throws {
        let check = TwinCheck(Self.problem(4, 4, SIMD3(9, 9, 9)), seed: 130)
        check.x.base[check.x.index(0, 2, 0)] = .nan
        let y = check.forward(
            WinogradConvolution(check.problem), try instructions.execution(threads: 1), epilogue: Epilogue(relu: true))
        #expect(y.base[y.index(0, 0, 0)].isNaN)
        #expect(y.base[y.index(0, 0, y.voxels - 1)] >= 0)
    }

    /// Σ y · dy changes with a value of x or w as the gradients say.
    @Test func gradientsAreThoseOfFiniteDifferences() throws {
        let check = TwinCheck(Self.problem(3, 4, SIMD3(6, 5, 4)), samples: 2, seed: 140)
        let (problem, execution) = (check.problem, Execution(threads: 2))
        let algorithm = WinogradConvolution(problem)
        func loss(_ weight: [Float]) -> Double {
            let y = Activations(samples: 2, channels: problem.outputChannels, shape: problem.output)
            algorithm.forward(check.x, weight: weight, scale: nil, epilogue: Epilogue(), into: y, execution)
            return (0..<y.count).reduce(0) { $0 + Double(y.base[$1]) * Double(check.dy.base[$1]) }
        }
        let (dx, dw) = (check.inputGradient(algorithm, execution), check.weightGradient(algorithm, execution))
        // The loss is linear in either, so a large step is exact but for rounding.
        let step: Float = 1
        for index in stride(from: 0, to: problem.weightCount, by: 37) {
            var (less, more) = (check.weight, check.weight)
            less[index] -= step
            more[index] += step
            let slope = (loss(more) - loss(less)) / Double(2 * step)
            #expect(abs(slope - Double(dw.values[index])) < 1e-3, "weight \(index)")
        }
        for voxel in stride(from: 0, to: check.x.voxels, by: 23) {
            let index = check.x.index(1, voxel % 3, voxel)
            let value = check.x.base[index]
            check.x.base[index] = value + step
            let more = loss(check.weight)
            check.x.base[index] = value - step
            let less = loss(check.weight)
            check.x.base[index] = value
            #expect(abs((more - less) / Double(2 * step) - Double(dx.base[index])) < 1e-3, "voxel \(voxel)")
        }
    }

    /// Rounding errors at the widths of a ResNet, against sums in double precision of some of the output channels.
    @Test(arguments: [(64, SIMD3(16, 12, 10)), (256, SIMD3(10, 6, 5)), (512, SIMD3(10, 6, 5))])
    func errorsStaySmallInWideLayers(_ channels: Int, _ shape: SIMD3<Int>) throws {
        let wide = Self.problem(channels, channels, shape)
        let narrow = Self.problem(channels, 2, shape)
        let check = TwinCheck(wide, seed: 150)
        // As behind a ReLU: no sign evens out.
        for index in 0..<check.x.count { check.x.base[index] = max(0, check.x.base[index]) }
        let y = check.forward(WinogradConvolution(wide), Execution(threads: 2))
        let expected = Activations(channels: 2, shape: shape)
        DirectConvolution(narrow).forward(
            check.x, weight: check.weight, scale: nil, epilogue: Epilogue(), into: expected, Execution(threads: 1))
        var (error, largest): (Float, Float) = (0, 0)
        for voxel in 0..<y.voxels {
            for channel in 0..<2 {
                let value = expected.base[expected.index(0, channel, voxel)]
                error = max(error, abs(y.base[y.index(0, channel, voxel)] - value))
                largest = max(largest, abs(value))
            }
        }
        #expect(error < 5e-6 * largest, "\(channels) channels: \(error / largest)")
    }
}
