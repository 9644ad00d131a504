import ConvNet
import Testing

@Suite struct TrainingNetworkTests {
    private let input = noise([2, 1, 17, 33, 34], seed: 5)

    private func network(
        _ architecture: Architecture, trainable: [String]? = nil,
        memory: TrainingNetwork.Memory = .convolutionOutputs, threads: Int = 2
    ) throws -> TrainingNetwork {
        try TrainingNetwork(
            architecture, state: ResNet3D.randomState(architecture, seed: 3), trainable: trainable, memory: memory,
            threads: threads)
    }

    private static let architectures = [
        Architecture(width: 4), Architecture(width: 3, shortcut: .a),
        Architecture(width: 2, shortcut: .a, shortcutDetached: true), Architecture(depth: 50, width: 2),
        .medicalNet(width: 2),
    ]

    @Test(arguments: architectures)
    func computingBlocksAgainGivesTheSameBits(_ architecture: Architecture) throws {
        let (stored, again) = (try network(architecture), try network(architecture, memory: .blockInputs))
        for _ in 0..<2 {
            #expect(try stored.trainingStep(input, targets: [0, 1]) == again.trainingStep(input, targets: [0, 1]))
        }
        #expect(stored.state() == again.state())
    }

    @Test(arguments: [Architecture(width: 4), Architecture(depth: 50, width: 2)])
    func repeatedRunsGiveTheSameBits(_ architecture: Architecture) throws {
        let (one, two) = (try network(architecture), try network(architecture))
        for _ in 0..<2 {
            #expect(try one.trainingStep(input, targets: [1, 1]) == two.trainingStep(input, targets: [1, 1]))
        }
        #expect(one.state() == two.state())
    }

    @Test(arguments: [["layer4", "fc"], ["layer4.1", "fc"], ["layer3.1.conv2"], ["layer2.0.downsample", "fc"], ["fc"]])
    func whatIsNotNamedDoesNotChangeByABit(_ trainable: [String]) throws {
        let architecture = Architecture(width: 4)
        let before = ResNet3D.randomState(architecture, seed: 3)
        let network = try network(architecture, trainable: trainable)
        for _ in 0..<2 { try network.trainingStep(input, targets: [0, 1]) }
        let after = network.state()
        for (name, tensor) in before {
            let isNamed = trainable.contains { name.hasPrefix($0 + ".") }
            #expect((after[name] == tensor) != isNamed, "\(name)")
        }
    }

    @Test(arguments: [["layer4", "fc"], ["layer4.1", "fc"], ["fc"], ["layer1.0.conv1"], ["conv1"]])
    func storedFeaturesGiveTheSameBits(_ trainable: [String]) throws {
        let architecture = Architecture(width: 4)
        let (whole, cached) = (
            try network(architecture, trainable: trainable), try network(architecture, trainable: trainable)
        )
        // One sample at a time, as a bank of features is made.
        let features = try (0..<2).map { n in
            try cached.trunkFeatures(
                Tensor(shape: [1] + input.shape[1...], values: Array(input.values[(n * 19074)..<((n + 1) * 19074)])))
        }
        let bank = Tensor(
            shape: [2] + features[0].shape[1...], values: features[0].values + features[1].values)
        #expect(bank.shape[1] == cached.trunkChannels)
        for _ in 0..<2 {
            #expect(
                try whole.trainingStep(input, targets: [0, 1]) == cached.trainingStep(features: bank, targets: [0, 1]))
        }
        #expect(whole.state() == cached.state())
        #expect(try whole.evaluate(input) == cached.evaluate(features: bank))
    }

    @Test func evaluationIsThatOfTheInferencePath() throws {
        for architecture in Self.architectures {
            let network = try network(architecture)
            let logits = try ResNet3D(architecture, state: network.state()).forward(input, threads: 2).logits
            expectClose(try network.evaluate(input), logits, 1e-5)
        }
    }

    @Test func mapOfLayer4IsThatWithoutAWayBack() throws {
        let architecture = Architecture(width: 4)
        let sample = noise([1, 1, 17, 33, 34], seed: 6)
        let network = try network(architecture, trainable: [])
        let result = try ResNet3D(architecture, state: network.state())
        let map = try network.gradCAM(sample, stage: .layer4, classIndex: 1)
        let wanted = try result.gradCAM(sample, stage: .layer4, classIndex: 1, threads: 2)
        expectClose(Tensor(shape: wanted.shape, values: map.values), wanted, 1e-6)
    }

    /// The gradient of the loss along its own direction, against the difference of two losses.
    @Test(arguments: architectures.filter { $0.depth == 18 && !$0.shortcutDetached })
    func gradientsAreTheDifferences(_ architecture: Architecture) throws {
        let start = ResNet3D.randomState(architecture, seed: 3)
        let network = try network(architecture)
        _ = try network.backward(features: input, targets: [0, 1])
        let gradients = network.gradients()
        for part in ["conv1.weight", "layer1.0.bn1.weight", "layer2.0.conv1.weight", "layer3.1.bn2.bias", "fc.weight"] {
            let gradient = try #require(gradients[part])
            let square = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }
            let step = 2e-3 / square.squareRoot()
            func loss(_ sign: Double) throws -> Double {
                var state = start
                for (i, value) in gradient.values.enumerated() {
                    state[part]?.values[i] += Float(sign * step * Double(value))
                }
                return try TrainingNetwork(architecture, state: state, threads: 2)
                    .backward(features: input, targets: [0, 1]).loss
            }
            let difference = try (loss(1) - loss(-1)) / (2 * step)
            #expect(abs(difference - square) <= 0.1 * square, "\(part): \(difference) for \(square)")
        }
    }

    @Test func trainingLowersTheLoss() throws {
        let network = try network(Architecture(width: 4))
        let first = try network.trainingStep(input, targets: [0, 1])
        var last = first
        for _ in 0..<8 { last = try network.trainingStep(input, targets: [0, 1]) }
        #expect(last < 0.5 * first)
    }

    @Test func whatCannotBeTrainedIsRefused() throws {
        let architecture = Architecture(width: 2)
        func code(_ work: () throws -> Void) -> ConvNetError.Code? {
            #expect(throws: ConvNetError.self) { try work() }?.code
        }
        #expect(code { _ = try self.network(architecture, trainable: ["layer5"]) } == .badInput)
        #expect(code { _ = try self.network(architecture, trainable: ["layer"]) } == .badInput)
        let network = try network(architecture)
        #expect(code { try network.trainingStep(input, targets: [0]) } == .badInput)
        #expect(code { try network.trainingStep(input, targets: [0, 2]) } == .badInput)
        #expect(code { try network.trainingStep(noise([1, 1, 1, 1, 1], seed: 1), targets: [0]) } == .badInput)
        #expect(code { _ = try network.gradCAM(input, stage: .layer4, classIndex: 0) } == .badInput)
        #expect(code { try network.trainingStep(features: noise([2, 3, 4, 4, 4], seed: 1), targets: [0, 1]) } == .badInput)
        let before = network.state()
        var bad = input
        bad.values[100] = .nan
        #expect(code { try network.trainingStep(bad, targets: [0, 1]) } == .notFinite)
        #expect(network.state() == before)
    }
}
