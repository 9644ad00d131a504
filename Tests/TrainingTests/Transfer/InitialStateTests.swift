import ConvNet
import Testing
import Training

@Suite struct InitialStateTests {
    private static let frozenTrunk = ["layer4", "fc"]

    /// The recorded checkpoints' own architecture, with two classes: they have no `fc`.
    private static func recorded() throws -> (Architecture, [String: Tensor]) {
        let state = try RecordedFiles.tensors("pth/expected_backbone.safetensors")
        let architecture = Architecture(
            width: try #require(Architecture.width(of: state)), shortcut: Architecture.shortcut(of: state))
        return (architecture, state)
    }

    @Test(arguments: ["legacy_plain", "legacy_state_dict_module", "zip_plain", "zip_state_dict_module"])
    func publishedLayoutsAreTakenOver(name: String) throws {
        let (architecture, expected) = try Self.recorded()
        let initial = try InitialState.make(
            architecture, checkpoint: RecordedFiles.path("pth/\(name).pth"), trainable: Self.frozenTrunk, seed: 5)
        let random = ResNet3D.randomState(architecture, seed: 5)
        for (name, shape) in architecture.parameterShapes {
            #expect(initial.state[name]?.shape == shape)
            #expect(initial.state[name] == (expected[name] ?? random[name]), "\(name)")
        }
        #expect(initial.fresh.allSatisfy { $0.hasPrefix("fc.") || $0.hasPrefix("layer4.") })
        #expect(initial.fresh.contains("fc.weight"))
    }

    private static func refusal(
        _ change: (inout [String: Tensor]) -> Void, trainable: [String] = frozenTrunk,
        shortcut: Architecture.Shortcut = .b
    ) throws -> TrainingError? {
        var error: TrainingError?
        try withRunFolder { folder in
            let architecture = Architecture(width: 2)
            var state = ResNet3D.randomState(architecture, seed: 1)
            change(&state)
            let path = folder + "/encoder.safetensors"
            try SafetensorsFile.write(state, metadata: [:], to: path)
            do throws(TrainingError) {
                _ = try InitialState.make(
                    Architecture(width: 2, shortcut: shortcut), checkpoint: path, trainable: trainable, seed: 2)
            } catch let fault { error = fault }
        }
        return error
    }

    @Test func aMissingKeyBelowAFrozenLayerIsRefusedByName() throws {
        let error = try Self.refusal { $0["layer2.0.downsample.1.running_var"] = nil }
        #expect(error?.code == .checkpointUnfit)
        #expect(error?.message.contains("Missing: layer2.0.downsample.1.running_var.") == true)
    }

    @Test func aMissingKeyOfATrainedLayerStartsFresh() throws {
        #expect(try Self.refusal { $0["layer4.1.conv2.weight"] = nil } == nil)
        #expect(try Self.refusal({ $0["layer4.0.conv2.weight"] = nil }, trainable: ["layer4.1", "fc"]) != nil)
    }

    @Test func anotherShapeIsRefusedButOfTheClassifier() throws {
        #expect(try Self.refusal { $0["fc.weight"] = Tensor(shape: [5, 16]) } == nil)
        let error = try Self.refusal { $0["layer1.0.conv1.weight"] = Tensor(shape: [2, 2, 1, 1, 1]) }
        #expect(error?.message.contains("Of another shape: layer1.0.conv1.weight.") == true)
    }

    @Test func shortcutAInAProjectingNetworkSaysWhatToSet() throws {
        let error = try Self.refusal { state in
            for name in state.keys where name.contains(".downsample.") { state[name] = nil }
        }
        #expect(error?.message.contains("set network.shortcut to \"A\"") == true)
    }

    @Test func valuesThatAreNotFiniteAreRefused() throws {
        #expect(try Self.refusal { $0["conv1.weight"]?.values[3] = .nan }?.code == .checkpointUnfit)
    }

    @Test func whatTheNetworkDoesNotKnowIsListed() throws {
        try withRunFolder { folder in
            let architecture = Architecture(width: 2)
            var state = ResNet3D.randomState(architecture, seed: 1)
            state["conv_seg.0.weight"] = Tensor(shape: [1])
            try SafetensorsFile.write(state, metadata: [:], to: folder + "/e.safetensors")
            let initial = try InitialState.make(
                architecture, checkpoint: folder + "/e.safetensors", trainable: Self.frozenTrunk, seed: 2)
            #expect(initial.unexpected == ["conv_seg.0.weight"] && initial.fresh.isEmpty)
        }
    }

    @Test func withoutACheckpointNothingMayBeFrozen() throws {
        let initial = try InitialState.make(Architecture(width: 2), checkpoint: nil, trainable: [], seed: 3)
        #expect(initial.state == ResNet3D.randomState(Architecture(width: 2), seed: 3))
        let error = #expect(throws: TrainingError.self) {
            try InitialState.make(Architecture(width: 2), checkpoint: nil, trainable: ["fc"], seed: 3)
        }
        #expect(error?.code == .settingsInvalid)
    }
}
