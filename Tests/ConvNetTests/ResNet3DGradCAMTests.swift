import ConvNet
import Foundation
import Testing

@Suite struct ResNet3DGradCAMTests {
    /// Recorded maps, and the network that made them.
    private static let maps: [(name: String, weights: String)] = [
        ("r18_a", "r18_a"), ("r18_b", "r18_b"), ("r18_a_detached", "r18_a"), ("r50_b", "r50_b"),
        ("r18_medicalnet", "r18_medicalnet"),
    ]
    private static let available = maps.filter {
        Fixtures.network("gradcam/\($0.name).safetensors") != nil && NetworkFixture.available.contains($0.weights)
    }

    /// Both stages and both classes, within 1e-4 of the largest value plus 1e-7, as the fixtures demand.
    @Test(arguments: available.map(\.name), KernelSet.Instructions.supported)
    func mapsOfEveryStageMatchCaptum(name: String, instructions: KernelSet.Instructions) throws {
        let weights = try #require(Self.maps.first { $0.name == name }).weights
        let fixture = try NetworkFixture.load(weights)
        var architecture = fixture.architecture
        architecture.shortcutDetached = name.hasSuffix("_detached")
        let network = try ResNet3D(architecture, state: fixture.state)
        let expected = try SafetensorsFile.read(try #require(Fixtures.network("gradcam/\(name).safetensors")))
        let input = try #require(expected["in.x"])
        for stage in [Architecture.Stage.layer3, .layer4] {
            for classIndex in [0, 1] {
                let raw = try #require(expected["out.\(stage).class\(classIndex).raw"])
                let map = try network.gradCAM(
                    input, stage: stage, classIndex: classIndex, threads: 2,
                    kernels: KernelSet.named(instructions.rawValue))
                #expect(map.shape == raw.shape)
                let scale = raw.values.map(abs).max() ?? 0
                let error = zip(map.values, raw.values).map { abs($0 - $1) }.max() ?? .infinity
                #expect(error <= 1e-4 * scale + 1e-7, "\(name) \(stage) \(classIndex)")
            }
        }
    }

    /// At every depth, with both shortcuts and both geometries.
    @Test(arguments: [
        Architecture(width: 4), Architecture(depth: 34, width: 3, shortcut: .a), Architecture(depth: 50, width: 2),
        .medicalNet(depth: 50, width: 2, shortcut: .a),
    ])
    func everyStageHasAMap(architecture: Architecture) throws {
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 7))
        let input = noise([1, 1, 18, 33, 20], seed: 3)
        for stage in Architecture.Stage.allCases {
            let map = try network.gradCAM(input, stage: stage, classIndex: 1, threads: 2)
            let shape = architecture.stageShape(stage, input: SIMD3(18, 33, 20))
            #expect(map.shape == [1, 1, shape.x, shape.y, shape.z])
            #expect(map.values.contains { $0 != 0 })
            #expect(map == (try network.gradCAM(input, stage: stage, classIndex: 1, threads: 2)))
        }
    }

    /// The same stage by both ways: layer4 without a pass back, and what the pass back makes of it.
    @Test func layer4NeedsNoPassBack() throws {
        let architecture = Architecture(width: 8)
        let state = ResNet3D.randomState(architecture, seed: 7)
        let input = noise([1, 1, 33, 65, 64], seed: 3)
        let short = try ResNet3D(architecture, state: state).gradCAM(input, classIndex: 0, threads: 1)
        let long = try TrainingNetwork(architecture, state: state, trainable: [], threads: 1)
            .gradCAM(input, stage: .layer4, classIndex: 0)
        expectClose(short, Tensor(shape: [1, 1] + long.shape, values: long.values), 1e-5)
    }

    @Test func mapOfNothingIsRefused() throws {
        let architecture = Architecture(width: 1)
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 7))
        for (input, classIndex) in [
            (Tensor(shape: [2, 1, 9, 9, 9]), 0), (Tensor(shape: [1, 1, 9, 9, 9]), 2),
            (Tensor(shape: [1, 1, 9, 9, 9]), -1), (Tensor(shape: [1, 9, 9, 9]), 0),
        ] {
            for stage in Architecture.Stage.allCases {
                let error = #expect(throws: ConvNetError.self) {
                    try network.gradCAM(input, stage: stage, classIndex: classIndex, threads: 1)
                }
                #expect(error?.code == .badInput)
            }
        }
        let error = #expect(throws: ConvNetError.self) {
            try network.gradCAM(Tensor(shape: [1, 1, 9, 9, 9]), stage: .layer2, classIndex: 0, threads: 0)
        }
        #expect(error?.subject == "threads")
    }
}
