import ConvNet
import Testing

@Suite struct TrainingNetworkDenseTests {
    private let architecture = Architecture.medicalNet(width: 3)
    private let input = noise([2, 1, 17, 18, 20], seed: 5)

    private func network(
        _ state: [String: Tensor]? = nil, trainable: [String]? = nil
    ) throws -> TrainingNetwork {
        try TrainingNetwork(
            architecture, state: state ?? ResNet3D.randomState(architecture, seed: 3), trainable: trainable, threads: 2)
    }

    /// Half the squared distance of each value from a pattern, mean over all: its gradient is a share of the distance.
    private func pattern(_ output: Activations, _ gradient: Activations) -> Double {
        let share = 1 / Double(output.samples * output.voxels * output.channels)
        var sum = 0.0
        for n in 0..<output.samples {
            for voxel in 0..<output.voxels {
                for channel in 0..<output.channels {
                    let at = output.index(n, channel, voxel)
                    let off = output.base[at] - Float((voxel + 3 * channel) % 5) / 2
                    sum += 0.5 * Double(off) * Double(off) * share
                    gradient.base[at] = off * Float(share)
                }
            }
        }
        return sum
    }

    @Test func gradientsAreTheDifferences() throws {
        let start = ResNet3D.randomState(architecture, seed: 3)
        let network = try network()
        _ = try network.denseBackward(features: input, loss: pattern)
        let gradients = network.gradients()
        for part in ["conv1.weight", "layer1.0.bn1.weight", "layer2.0.conv1.weight", "layer4.1.bn2.bias"] {
            let gradient = try #require(gradients[part])
            let square = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }
            let step = 2e-4 / square.squareRoot()
            func loss(_ sign: Double) throws -> Double {
                var state = start
                for (i, value) in gradient.values.enumerated() {
                    state[part]?.values[i] += Float(sign * step * Double(value))
                }
                return try self.network(state).denseBackward(features: input, loss: pattern)
            }
            let difference = try (loss(1) - loss(-1)) / (2 * step)
            #expect(abs(difference - square) <= 0.05 * square, "\(part): \(difference) for \(square)")
        }
        #expect(gradients["fc.weight"]?.values.allSatisfy { $0 == 0 } == true)
    }

    @Test func bothLossesAddUp() throws {
        let (both, dense, classes) = (try network(), try network(), try network())
        let sum = try both.denseBackward(features: input, targets: [0, 1], loss: pattern)
        let parts = (
            try dense.denseBackward(features: input, loss: pattern),
            try classes.backward(features: input, targets: [0, 1]).loss
        )
        #expect(abs(sum - parts.0 - parts.1) <= 1e-6 * sum)
        let (all, one, two) = (both.gradients(), dense.gradients(), classes.gradients())
        for name in ["conv1.weight", "layer3.0.conv2.weight", "fc.weight"] {
            let added = zip(one[name]?.values ?? [], two[name]?.values ?? []).map { $0 + $1 }
            let largest = added.map(abs).max() ?? 0
            #expect(zip(added, all[name]?.values ?? []).allSatisfy { abs($0 - $1) <= 1e-3 * largest }, "\(name)")
        }
    }

    @Test(arguments: [["layer4"], ["layer4.1"], ["layer3.0.conv1"]])
    func whatIsNotNamedDoesNotChangeByABit(_ trainable: [String]) throws {
        let before = ResNet3D.randomState(architecture, seed: 3)
        let network = try network(trainable: trainable)
        let first = try network.denseStep(input, loss: pattern)
        let second = try network.denseStep(features: network.trunkFeatures(input), loss: pattern)
        #expect(second < first)
        let after = network.state()
        for (name, tensor) in before {
            #expect((after[name] == tensor) != trainable.contains { name.hasPrefix($0 + ".") }, "\(name)")
        }
    }

    @Test func evaluationIsThatOfTheInferencePath() throws {
        let network = try network()
        let wanted = try ResNet3D(architecture, state: network.state()).forward(input, threads: 1).layer4
        var values: [Float] = []
        try network.evaluateDense(input) { _, output in values += output.tensor().values }
        expectClose(Tensor(shape: wanted.shape, values: values), wanted, 1e-5)
    }

    @Test func aLossThatIsNotFiniteChangesNothing() throws {
        let network = try network()
        let before = network.state()
        let error = #expect(throws: ConvNetError.self) { try network.denseStep(input) { _, _ in .nan } }
        #expect(error?.code == .notFinite)
        #expect(network.state() == before)
        try network.denseStep(input, loss: pattern)
        #expect(network.state() != before)
    }
}
