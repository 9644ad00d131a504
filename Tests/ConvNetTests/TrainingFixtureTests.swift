import ConvNet
import Foundation
import Testing

/// Training and maps of whole networks against what PyTorch recorded in float64; the tolerances are those of the recordings.
@Suite(.enabled(if: Fixtures.shared != nil, "needs the recordings that lie beside the package"))
struct TrainingFixtureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let architecture: Architecture
        var weights: String?
        var trainable: [String]?
        /// Deep networks with batches of two lose digits in any float32 arithmetic; without fused products most.
        var isDeep = false
        /// Added to single values of the state before gradients are compared, to leave places where the derivative is not
        /// defined.
        var nudges: [(name: String, index: Int, by: Float)] = []
        var testDescription: String { name }
    }

    static let networks: [Case] = [
        Case(name: "r18_b", architecture: Architecture(width: 6)),
        Case(name: "r18_b_odd", architecture: Architecture(width: 3)),
        Case(name: "r18_a", architecture: Architecture(width: 4, shortcut: .a)),
        Case(
            name: "r18_a_detached", architecture: Architecture(width: 4, shortcut: .a, shortcutDetached: true),
            weights: "r18_a"),
        Case(name: "r34_b", architecture: Architecture(depth: 34, width: 4)),
        // In float64 one value before layer3.4's last ReLU is -8e-7, one before layer3.3's 7e-5 and one before layer3.0's
        // first -1e-5, and the errors of PyTorch's own float32 are 1e-4 there: rounding decides whether a gradient flows.
        // More exactness does not settle it: with the training stem every path happens to fall on the recorded side and
        // gradients agree within 2e-4, with a stem of smaller errors still one path is off by 6 %. So gradients are
        // compared with all three moved away from zero, which in float64 changes no gradient by more than 6e-4 of its
        // largest value, and the loss by 1e-6.
        Case(
            name: "r50_b", architecture: Architecture(depth: 50, width: 4), isDeep: true,
            nudges: [
                ("layer3.4.bn3.bias", 51, -3e-4), ("layer3.3.bn3.bias", 58, 2e-4), ("layer3.0.bn1.bias", 9, -1e-4),
            ]),
        Case(name: "r18_medicalnet", architecture: .medicalNet(width: 4, shortcut: .a)),
        Case(name: "tl_layer4", architecture: Architecture(width: 4), trainable: ["layer4", "fc"]),
        Case(
            name: "tl_last_block", architecture: Architecture(width: 4), weights: "tl_layer4",
            trainable: ["layer4.1", "fc"]),
    ]

    private func tensors(_ name: String) throws -> [String: Tensor] {
        try SafetensorsFile.read(
            try #require(Fixtures.shared).appending(path: "oracle/fixtures/\(name).safetensors").path)
    }

    private func state(_ recorded: [String: Tensor]) -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (key, tensor) in recorded {
            for role in ["param.", "buffer."] where key.hasPrefix(role) {
                state[String(key.dropFirst(role.count))] = tensor
            }
        }
        return state
    }

    /// Expected tensors of one kind by name.
    private func expected(_ kind: String, _ recorded: [String: Tensor]) -> [String: Tensor] {
        let prefix = "out.\(kind)."
        return Dictionary(
            uniqueKeysWithValues: recorded.filter {
                $0.key.hasPrefix(prefix) && !$0.key.hasSuffix("num_batches_tracked")
            }
            .map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }

    /// A set of kernels with the algorithms that are chosen for it, or the plain twins.
    struct Path: Sendable, CustomTestStringConvertible {
        let kernels: KernelSet
        var isDirect = false
        var testDescription: String { isDirect ? "direct" : kernels.instructions.rawValue }
        func choose(_ problem: ConvolutionProblem) -> any ConvolutionAlgorithm {
            isDirect ? DirectConvolution(problem) : ConvolutionChoice.algorithm(for: problem)
        }
    }

    static let paths = KernelSet.supported.map { Path(kernels: $0) } + [Path(kernels: .supported[0], isDirect: true)]

    @Test(arguments: networks, paths)
    func aStepMatchesPyTorch(_ item: Case, _ path: Path) throws {
        try step(item, path, .convolutionOutputs)
    }

    @Test(arguments: networks)
    func aStepMatchesPyTorchWhereBlocksAreComputedAgain(_ item: Case) throws {
        try step(item, Self.paths[0], .blockInputs)
    }

    private func step(_ item: Case, _ path: Path, _ memory: TrainingNetwork.Memory) throws {
        let recorded = try tensors("net/\(item.name)")
        let start = try state(item.weights.map { try tensors("net/\($0)") } ?? recorded)
        var nudged = start
        for nudge in item.nudges { nudged[nudge.name]?.values[nudge.index] += nudge.by }
        func network(_ start: [String: Tensor]) throws -> TrainingNetwork {
            try TrainingNetwork(
                item.architecture, weights: start.mapValues { WeightView($0) }, trainable: item.trainable,
                memory: memory, Execution(threads: 2, kernels: path.kernels), choose: path.choose)
        }
        let learner = try network(nudged)
        let input = try #require(recorded["in.x"])
        let targets = try #require(recorded["in.target"]).values.map { Int($0) }
        let losses = try #require(recorded["out.train.losses"]).values
        let loose: Float = item.isDeep ? 2e-4 : 2e-5

        let (loss, logits) = try learner.backward(features: learner.trunkFeatures(input), targets: targets)
        expectClose(logits, try #require(recorded["out.train.logits"]), loose, "logits")
        // The deep network's loss makes 2e-5 of an error of 1e-6 in the stem's output. PyTorch's own float32 is off by 1e-7
        // to 1e-5, as the order of its sums has it.
        let lossError: Float = 1e-5
        #expect(abs(Float(loss) - losses[0]) <= lossError)
        let gradients = learner.gradients()
        let wanted = expected("grad", recorded)
        #expect(gradients.keys.sorted() == wanted.keys.sorted())
        for (name, want) in wanted {
            let got = try #require(gradients[name])
            let largest = want.values.map(abs).max() ?? 0
            let error = zip(got.values, want.values).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= (item.isDeep ? 5e-3 : 5e-4) * largest + 1e-7, "\(name)")
        }
        let after = learner.state()
        for (name, want) in expected("bn1step", recorded) { expectClose(try #require(after[name]), want, loose, name) }

        // The whole again, in steps and as recorded; `backward` above changed nothing but running statistics.
        let stepper = try network(start)
        for (step, want) in losses.enumerated() {
            let loss = try stepper.trainingStep(input, targets: targets)
            #expect(abs(Float(loss) - want) <= lossError, "loss of step \(step)")
        }
        try expectSteps(losses.count, stepper.state(), expected("adam\(losses.count)", recorded))
        for (name, tensor) in start where !name.hasSuffix("num_batches_tracked") {
            if item.trainable?.allSatisfy({ !name.hasPrefix($0 + ".") }) == true {
                #expect(stepper.state()[name] == tensor, "frozen \(name)")
            }
        }
    }

    /// Adam divides by √v: where a gradient is rounding noise, the first steps have random signs.
    private func expectSteps(_ steps: Int, _ state: [String: Tensor], _ wanted: [String: Tensor]) throws {
        var (off, all) = (0, 0)
        for (name, want) in wanted {
            let got = try #require(state[name])
            let errors = zip(got.values, want.values).map { abs($0 - $1) }
            off += errors.count { $0 > 1e-4 }
            all += errors.count
            let isStatistic = name.hasSuffix("running_mean") || name.hasSuffix("running_var")
            let limit = isStatistic ? 1e-2 * max(1, want.values.map(abs).max() ?? 0) : 2 * Float(steps) * 1e-3
            #expect(errors.allSatisfy { $0 <= limit }, "\(name)")
        }
        #expect(off * 1000 <= all)
    }

    @Test(arguments: networks.filter { $0.weights == nil })
    func logitsAtInferenceMatchPyTorch(_ item: Case) throws {
        let recorded = try tensors("net/\(item.name)")
        let network = try TrainingNetwork(item.architecture, state: state(recorded), trainable: ["fc"], threads: 2)
        guard let want = recorded["out.logits"] else { return }
        expectClose(try network.evaluate(try #require(recorded["in.x"])), want, 2e-5)
    }

    static let maps: [Case] = networks.filter {
        ["r18_b", "r18_a", "r18_a_detached", "r50_b", "r18_medicalnet"].contains($0.name)
    }

    @Test(arguments: maps, paths)
    func mapsOfEveryStageMatchCaptum(_ item: Case, _ path: Path) throws {
        let recorded = try tensors("gradcam/\(item.name)")
        let start = try state(tensors("net/\(item.weights ?? item.name)")).mapValues { WeightView($0) }
        let network = try TrainingNetwork(
            item.architecture, weights: start, trainable: [], Execution(threads: 2, kernels: path.kernels),
            choose: path.choose)
        let input = try #require(recorded["in.x"])
        var compared = 0
        for stage in Architecture.Stage.allCases {
            for classIndex in 0..<2 {
                guard let want = recorded["out.\(stage.rawValue).class\(classIndex).raw"] else { continue }
                let got = try network.gradCAM(input, stage: stage, classIndex: classIndex)
                #expect([1, 1] + got.shape == want.shape)
                let largest = want.values.map(abs).max() ?? 0
                let error = zip(got.values, want.values).map { abs($0 - $1) }.max() ?? 0
                #expect(error <= 1e-4 * largest + 1e-7, "\(stage) \(classIndex)")
                compared += 1
            }
        }
        #expect(compared == 4)
    }
}
