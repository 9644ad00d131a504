import ConvNet
import Foundation
import Screening
import Testing

@Suite struct ModelBundleImportTests {
    /// What importing one checkpoint gives: the member's state, or the refusal.
    private func importing(
        _ checkpoint: [String: Tensor], newHeadSeed: UInt64? = nil
    ) throws -> Result<[String: Tensor], ScreeningError> {
        var result: Result<[String: Tensor], ScreeningError>?
        try withTemporaryFolder { folder in
            let target = folder.appending(path: "x").path
            do {
                let bundle = try ModelBundle.importing(
                    checkpoints: [checkpoint], manifest: Samples.manifest(), newHeadSeed: newHeadSeed, to: target)
                result = .success(
                    try SafetensorsFile.read(bundle.directory + "/" + bundle.manifest.members[0].file))
            } catch let error as ScreeningError {
                result = .failure(error)
            }
        }
        return try #require(result)
    }

    private func refusal(_ result: Result<[String: Tensor], ScreeningError>) -> ScreeningError? {
        if case .failure(let error) = result { error } else { nil }
    }

    @Test func wholeCheckpointIsTakenAsItIs() throws {
        let state = Samples.states(1)[0]
        #expect(try importing(state).get() == state)
    }

    @Test func trainingsCountersAreLeftBehind() throws {
        var state = Samples.states(1)[0]
        state["bn1.num_batches_tracked"] = Tensor(shape: [], values: [7])
        #expect(try importing(state).get() == Samples.states(1)[0])
    }

    @Test func missingHeadIsRefusedUnlessAsked() throws {
        var backbone = Samples.states(1)[0]
        backbone["fc.weight"] = nil
        backbone["fc.bias"] = nil
        let error = refusal(try importing(backbone))
        #expect(error?.code == .checkpointInvalid)
        #expect(error?.message.contains("fc.weight") == true)
        let made = try importing(backbone, newHeadSeed: 5).get()
        let bound = 1 / Float(Samples.architecture.features).squareRoot()
        let weights = try #require(made["fc.weight"])
        #expect(weights.values.allSatisfy { abs($0) <= bound })
        #expect(Set(weights.values).count > weights.count / 2)
        #expect(made["conv1.weight"] == backbone["conv1.weight"])
        #expect(try importing(backbone, newHeadSeed: 5).get() == made)
        #expect(try importing(backbone, newHeadSeed: 6).get()["fc.weight"] != weights)
    }

    @Test func headOfAnotherTaskIsReplacedWhenAsked() throws {
        var checkpoint = Samples.states(1)[0]
        checkpoint["fc.weight"] = Tensor(shape: [23, 16])
        checkpoint["fc.bias"] = Tensor(shape: [23])
        checkpoint["conv_seg.0.weight"] = Tensor(shape: [4])
        #expect(refusal(try importing(checkpoint))?.code == .checkpointInvalid)
        let made = try importing(checkpoint, newHeadSeed: 1).get()
        #expect(made["fc.weight"]?.shape == [2, 16])
        #expect(made["conv_seg.0.weight"] == nil)
    }

    @Test func faultInTheBackboneIsRefusedEvenWithANewHead() throws {
        var missing = Samples.states(1)[0]
        missing["layer2.0.downsample.0.weight"] = nil
        let first = refusal(try importing(missing, newHeadSeed: 1))
        #expect(first?.code == .checkpointInvalid)
        #expect(first?.message.contains("layer2.0.downsample.0.weight") == true)
        var extra = Samples.states(1)[0]
        extra["layer1.0.downsample.0.weight"] = Tensor(shape: [2, 2, 1, 1, 1])
        #expect(refusal(try importing(extra, newHeadSeed: 1))?.code == .checkpointInvalid)
    }

    @Test func checkpointThatIsNotFiniteLeavesNoFolder() throws {
        var state = Samples.states(1)[0]
        state["layer3.0.bn1.bias"]?.values[1] = .nan
        try withTemporaryFolder { folder in
            let error = failure {
                _ = try ModelBundle.importing(
                    checkpoints: [state], manifest: Samples.manifest(), to: folder.appending(path: "x.fcdmodel").path)
            }
            #expect(error?.code == .checkpointInvalid)
            #expect(error?.message.contains("layer3.0.bn1.bias") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func everyKeyAtFaultIsListed() throws {
        let other = Samples.states(1)[0]
        var state = other.filter { !$0.key.hasPrefix("layer2.") && !$0.key.hasPrefix("bn1.") }
        for key in other.keys where key.hasPrefix("layer3.1.bn") { state[key] = Tensor(shape: [3]) }
        for k in 0..<300 { state["more.\(k)\u{1b}[31m"] = Tensor(shape: [1]) }
        let message = try #require(refusal(try importing(state))?.message)
        for key in other.keys where state[key] == nil || state[key]?.shape == [3] {
            #expect(message.contains(key))
        }
        #expect(message.contains("300 not expected"))
        #expect(message.components(separatedBy: "more.").count - 1 == 200)
        #expect(message.contains("100 more"))
        #expect(message.utf8.allSatisfy { $0 >= 0x20 })
        #expect(!message.contains(".."))
    }

    /// Only a head that is missing or of another task calls for a new one.
    @Test func newHeadIsAdvisedWhereItWouldHelp() throws {
        let whole = Samples.states(1)[0]
        let headless = whole.filter { !$0.key.hasPrefix("fc.") }
        func isAdvised(_ state: [String: Tensor]) throws -> Bool {
            try #require(refusal(try importing(state))).message.contains("new head")
        }
        #expect(try isAdvised(headless))
        #expect(try isAdvised(headless.merging(["conv_seg.0.weight": Tensor(shape: [4])]) { a, _ in a }))
        #expect(try !isAdvised(whole.merging(["zextra.weight": Tensor(shape: [4])]) { a, _ in a }))
        let deeper = ["layer1.2.bn1.bias": Tensor(shape: [2])]
        #expect(try !isAdvised(whole.merging(deeper) { a, _ in a }))
        #expect(try !isAdvised(headless.merging(deeper) { a, _ in a }))
        #expect(try !isAdvised(headless.filter { $0.key != "conv1.weight" }))
    }

    /// A depth that is not built is said before any key is compared.
    @Test func unbuildableDepthIsSaidFirst() throws {
        var manifest = Samples.manifest()
        manifest.architecture.depth = 101
        var state = Samples.states(1)[0]
        state["layer1.2.bn1.bias"] = Tensor(shape: [2])
        try withTemporaryFolder { folder in
            let error = failure {
                _ = try ModelBundle.importing(
                    checkpoints: [state], manifest: manifest, to: folder.appending(path: "x").path)
            }
            #expect(error?.code == .manifestInvalid)
            #expect(error?.subject == "architecture.depth")
            #expect(error?.message.contains("..") == false)
        }
    }

    @Test func membersGetDifferentHeads() throws {
        var backbone = Samples.states(1)[0]
        backbone["fc.weight"] = nil
        backbone["fc.bias"] = nil
        try withTemporaryFolder { folder in
            let bundle = try ModelBundle.importing(
                checkpoints: [backbone, backbone], manifest: Samples.manifest(), newHeadSeed: 3,
                to: folder.appending(path: "x").path)
            #expect(bundle.manifest.members.count == 2)
        }
    }
}
