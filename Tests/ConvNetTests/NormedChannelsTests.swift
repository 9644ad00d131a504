import ConvNet
import Testing

/// Batch norm on activations against what PyTorch recorded, and its gradients against differences, with every kernel.
@Suite struct NormedChannelsTests {
    private func recorded(_ name: String) throws -> (tensors: [String: Tensor], weight: [Float], bias: [Float]) {
        let all = try Fixtures.tensors("ops/\(name).safetensors")
        return (all, try #require(all["in.weight"]).values, try #require(all["in.bias"]).values)
    }

    private func check(
        _ norm: NormedChannels, _ all: [String: Tensor], _ execution: Execution, _ label: String
    ) throws {
        let z = Activations(try #require(all["in.x"]))
        let y = Activations(samples: z.samples, channels: z.channels, shape: z.shape)
        norm.forward(z, relu: false, into: y, execution)
        expectClose(y.tensor(), try #require(all["out.y"]), 1e-5, label)
        let dy = Activations(try #require(all["in.dy"]))
        let sums = norm.reduce(dy, z, execution)
        expectClose(Tensor(shape: [4], values: sums.dy.map { Float($0) }), try #require(all["out.dbias"]), 1e-5, label)
        expectClose(
            Tensor(shape: [4], values: sums.weighted.map { Float($0) }), try #require(all["out.dweight"]), 1e-5, label)
        norm.spread(dy, z, sums, throughReLU: false, into: dy, execution)
        expectClose(dy.tensor(), try #require(all["out.dx"]), 1e-5, label)
    }

    @Test(arguments: KernelSet.supported.map(\.instructions))
    func batchStatisticsMatchPyTorch(_ instructions: KernelSet.Instructions) throws {
        let (all, weight, bias) = try recorded("batchnorm3d_train")
        let execution = Execution(threads: 2, kernels: try .named(instructions.rawValue))
        let statistics = ChannelStatistics(of: Activations(try #require(all["in.x"])), execution)
        try check(NormedChannels(statistics, weight: weight, bias: bias), all, execution, instructions.rawValue)
        for (name, fresh) in [("mean", statistics.mean), ("var", statistics.unbiasedVariance)] {
            let old = try #require(all["in.running_\(name)"])
            expectClose(
                Tensor(shape: [4], values: zip(old.values, fresh).map { Float(0.9 * Double($0) + 0.1 * $1) }),
                try #require(all["out.running_\(name)"]), 1e-5, name)
        }
    }

    @Test(arguments: KernelSet.supported.map(\.instructions))
    func fixedStatisticsMatchPyTorch(_ instructions: KernelSet.Instructions) throws {
        let (all, weight, bias) = try recorded("batchnorm3d_eval")
        func doubles(_ name: String) throws -> [Double] { try #require(all["in." + name]).values.map { Double($0) } }
        let norm = NormedChannels(
            mean: try doubles("running_mean"), variance: try doubles("running_var"), weight: weight, bias: bias)
        try check(
            norm, all, Execution(threads: 2, kernels: try .named(instructions.rawValue)), instructions.rawValue)
    }

    @Test func largeMeansAndManyVoxelsCostNoPrecision() {
        // Channel 0 lies around 10000 with deviation 1, channel 1 is constant, channel 2 jumps halfway.
        var tensor = noise([2, 3, 40, 30, 50], seed: 7)
        let voxels = 40 * 30 * 50
        for n in 0..<2 {
            for voxel in 0..<voxels {
                tensor.values[n * 3 * voxels + voxel] += 10_000
                tensor.values[(n * 3 + 1) * voxels + voxel] = 3.7
                tensor.values[(n * 3 + 2) * voxels + voxel] += voxel < voxels / 2 ? 0 : 1000
            }
        }
        let statistics = ChannelStatistics(of: Activations(tensor), Execution(threads: 2))
        for channel in 0..<3 {
            var values: [Double] = []
            for n in 0..<2 {
                let first = (n * 3 + channel) * voxels
                for at in first..<(first + voxels) { values.append(Double(tensor.values[at])) }
            }
            let (mean, variance) = moments(values)
            #expect(abs(statistics.mean[channel] - mean) <= 1e-7 * abs(mean))
            #expect(abs(statistics.variance[channel] - variance) <= 1e-5 * variance + 1e-9)
        }
    }

    private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0.0, +) / count
        var squares = 0.0
        for value in values { squares += (value - mean) * (value - mean) }
        return (mean, squares / count)
    }

    @Test(arguments: KernelSet.supported.map(\.instructions), [3, 40, 130])
    func sumsDoNotDependOnThreads(_ instructions: KernelSet.Instructions, channels: Int) throws {
        let z = Activations(noise([2, channels, 9, 14, 17], seed: 8))
        let kernels = try KernelSet.named(instructions.rawValue)
        let one = ChannelStatistics(of: z, Execution(threads: 1, kernels: kernels))
        let three = ChannelStatistics(of: z, Execution(threads: 3, kernels: kernels))
        #expect(one.mean == three.mean && one.variance == three.variance)
    }

    /// loss = Σ r · relu(norm(z) + other), with the batch's statistics; every gradient against its central difference.
    @Test(arguments: KernelSet.supported.map(\.instructions), [2, 19, 70])
    func gradientsAreTheDifferences(_ instructions: KernelSet.Instructions, channels: Int) throws {
        let execution = Execution(threads: 2, kernels: try .named(instructions.rawValue))
        let shape = [2, channels, 2, 3, 2]
        let (input, other, upstream) = (noise(shape, seed: 1), noise(shape, seed: 2), noise(shape, seed: 3))
        let weight = noise([channels], seed: 4).values
        let bias = noise([channels], seed: 5).values
        func value(_ n: Int, _ c: Int, _ v: Int) -> Int { (n * channels + c) * 12 + v }
        func loss(_ z: Tensor, _ c: Int) -> Double {
            let values = (0..<24).map { Double(z.values[value($0 / 12, c, $0 % 12)]) }
            let (mean, variance) = moments(values)
            var sum = 0.0
            for n in 0..<2 {
                for v in 0..<12 {
                    let at = value(n, c, v)
                    let normed = (Double(z.values[at]) - mean) / (variance + 1e-5).squareRoot() * Double(weight[c])
                    sum += Double(upstream.values[at]) * max(0, normed + Double(bias[c]) + Double(other.values[at]))
                }
            }
            return sum
        }
        let z = Activations(input)
        let norm = NormedChannels(ChannelStatistics(of: z, execution), weight: weight, bias: bias)
        let y = Activations(samples: 2, channels: channels, shape: z.shape)
        norm.forward(z, adding: Activations(other), into: y, execution)
        let dy = Activations(upstream)
        let sums = norm.reduce(dy, maskedBy: y, z, execution)
        norm.spread(dy, z, sums, throughReLU: false, into: dy, execution)
        let (gradient, output) = (dy.tensor(), y.tensor())
        for c in 0..<channels {
            var sum = 0.0
            for i in 0..<24 {
                let at = value(i / 12, c, i % 12)
                sum += Double(upstream.values[at]) * Double(output.values[at])
            }
            #expect(abs(loss(input, c) - sum) < 1e-4)
            for v in [0, 5, 11] {
                let at = value(1, c, v)
                var (more, less) = (input, input)
                more.values[at] += 1e-3
                less.values[at] -= 1e-3
                let difference = (loss(more, c) - loss(less, c)) / 2e-3
                #expect(abs(difference - Double(gradient.values[at])) < 2e-2, "\(c) \(v)")
            }
        }
    }

    @Test(arguments: KernelSet.supported.map(\.instructions))
    func passingThroughReLUIsMaskingFirst(_ instructions: KernelSet.Instructions) throws {
        let execution = Execution(threads: 2, kernels: try .named(instructions.rawValue))
        let z = Activations(noise([1, 37, 5, 4, 6], seed: 11))
        let upstream = noise([1, 37, 5, 4, 6], seed: 12)
        let norm = NormedChannels(
            ChannelStatistics(of: z, execution), weight: noise([37], seed: 13).values,
            bias: noise([37], seed: 14).values)
        func like() -> Activations { Activations(channels: 37, shape: z.shape) }
        let (y, again, through, masked) = (like(), like(), Activations(upstream), Activations(upstream))
        norm.forward(z, relu: true, into: y, execution)
        let sums = norm.reduceThroughReLU(through, z, recomputing: again, execution)
        #expect(again.tensor() == y.tensor())
        #expect(through.tensor() == upstream)
        let maskedSums = norm.reduce(masked, maskedBy: y, z, execution)
        #expect(sums.dy == maskedSums.dy && sums.weighted == maskedSums.weighted)
        norm.spread(through, z, sums, throughReLU: true, into: through, execution)
        norm.spread(masked, z, sums, throughReLU: false, into: masked, execution)
        #expect(through.tensor() == masked.tensor())
        // Channels that fill up a vector stay zero.
        for voxel in 0..<z.voxels { for lane in 37..<48 { #expect(through.base[voxel * 48 + lane] == 0) } }
    }
}
