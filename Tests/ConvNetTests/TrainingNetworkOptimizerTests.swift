import ConvNet
import Foundation
import Testing

@Suite struct TrainingNetworkOptimizerTests {
    private let architecture = Architecture(width: 3)
    private let input = noise([2, 1, 17, 33, 34], seed: 5)

    private func network(
        _ state: [String: Tensor]? = nil, trainable: [String]? = nil
    ) throws -> TrainingNetwork {
        try TrainingNetwork(
            architecture, state: state ?? ResNet3D.randomState(architecture, seed: 3), trainable: trainable, threads: 2)
    }

    /// Through files, as a run that was killed would.
    @Test(arguments: [nil, ["layer4", "fc"], ["fc"]])
    func sixStepsAreThreeAndThree(_ trainable: [String]?) throws {
        let whole = try network(trainable: trainable)
        for _ in 0..<6 { try whole.trainingStep(input, targets: [0, 1]) }
        let first = try network(trainable: trainable)
        for _ in 0..<3 { try first.trainingStep(input, targets: [0, 1]) }
        try withTemporaryFolder { folder in
            let paths = ["state", "optimizer"].map { folder.appending(path: $0).path }
            try SafetensorsFile.write(first.state(), metadata: [:], to: paths[0])
            try SafetensorsFile.write(first.optimizerState(), metadata: [:], to: paths[1])
            let second = try network(SafetensorsFile.read(paths[0]), trainable: trainable)
            try second.restore(optimizer: SafetensorsFile.read(paths[1]))
            for _ in 0..<3 { try second.trainingStep(input, targets: [0, 1]) }
            #expect(second.state() == whole.state())
            #expect(second.optimizerState() == whole.optimizerState())
        }
    }

    @Test func namesAreThoseOfTheParameters() throws {
        let network = try network(trainable: ["fc"])
        #expect(
            network.optimizerState().keys.sorted() == [
                "exp_avg.fc.bias", "exp_avg.fc.weight", "exp_avg_sq.fc.bias", "exp_avg_sq.fc.weight", "step",
            ])
        #expect(network.optimizerState()["step"]?.values == [0])
        try network.trainingStep(input, targets: [0, 1])
        #expect(network.optimizerState()["step"]?.values == [1])
    }

    @Test func anotherNetworksOptimizerIsRefused() throws {
        let network = try network(trainable: ["fc"])
        try network.trainingStep(input, targets: [0, 1])
        let kept = network.optimizerState()
        func code(_ change: (inout [String: Tensor]) -> Void) -> ConvNetError.Code? {
            var state = kept
            change(&state)
            return #expect(throws: ConvNetError.self) { try network.restore(optimizer: state) }?.code
        }
        #expect(code { $0["exp_avg.fc.bias"] = nil } == .stateMismatch)
        #expect(code { $0["exp_avg.layer4.0.conv1.weight"] = Tensor(shape: [1]) } == .stateMismatch)
        #expect(code { $0["exp_avg_sq.fc.bias"] = Tensor(shape: [3]) } == .stateMismatch)
        #expect(code { $0["exp_avg_sq.fc.bias"]?.values[0] = .nan } == .notFinite)
        #expect(code { $0["step"] = Tensor(shape: [1], values: [-1]) } == .stateMismatch)
        #expect(network.optimizerState() == kept)
    }
}
