import ConvNet
import Foundation
import Imaging
import Screening
import Testing

@Suite struct ModelBundleTests {
    /// The code and subject with which a bundle fails to load after it was spoilt.
    private func refusal(_ spoil: (URL) throws -> Void) throws -> ScreeningError? {
        var error: ScreeningError?
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            try spoil(URL(filePath: bundle.directory))
            error = failure { _ = try ModelBundle.load(bundle.directory) }
        }
        return error
    }

    @Test func isWrittenAndLoaded() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            #expect(bundle.manifest.members.map(\.file) == (1...3).map { "member-\($0).safetensors" })
            #expect(bundle.manifest.members.map(\.fold) == [0, 1, 2])
            #expect(Set(bundle.manifest.members.map(\.sha256)).count == 3)
            #expect(bundle.sha256.count == 64)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["T1w.fcdmodel"])
            try bundle.verify()
            #expect(try bundle.isUnchanged())
            let again = try ModelBundle.load(bundle.directory)
            #expect(again.manifest == bundle.manifest)
            #expect(again.identity == bundle.identity)
            #expect(again.identity.architecture == "3D ResNet-18, width 2, shortcut B")
        }
    }

    @Test func membersInHalfPrecisionAreCheckedAndScored() throws {
        try withTemporaryFolder { folder in
            let states = Samples.states(2)
            let full = try ModelBundle.write(
                manifest: Samples.manifest(), states: states, to: folder.appending(path: "full").path)
            let half = try ModelBundle.write(
                manifest: Samples.manifest(), states: states, to: folder.appending(path: "half").path,
                elementType: .float16)
            try half.verify()
            let manager = FileManager.default
            func size(_ bundle: ModelBundle) throws -> Int {
                let file = URL(filePath: bundle.directory).appending(path: "member-1.safetensors").path
                return try #require(try manager.attributesOfItem(atPath: file)[.size] as? Int)
            }
            #expect(try size(half) < size(full) * 3 / 4)
            let scores = try [full, half].map { bundle in
                try Ensemble.score(Samples.prepared(), with: bundle, threads: 1).score.members.map(\.score)
            }
            #expect(zip(scores[0], scores[1]).allSatisfy { abs($0 - $1) < 2e-3 })
            let rounded = states.map { state in
                state.mapValues { tensor in
                    Tensor(shape: tensor.shape, values: tensor.values.map { Float(Float16($0)) })
                }
            }
            let same = try ModelBundle.write(
                manifest: Samples.manifest(), states: rounded, to: folder.appending(path: "rounded").path)
            let wanted = try Ensemble.score(Samples.prepared(), with: same, threads: 1).score.members.map(\.score)
            #expect(scores[1] == wanted)
        }
    }

    @Test func foldsGivenAreKept() throws {
        try withTemporaryFolder { folder in
            let bundle = try ModelBundle.write(
                manifest: Samples.manifest(folds: [4, nil]), states: Samples.states(2),
                to: folder.appending(path: "x").path)
            #expect(bundle.manifest.members.map(\.fold) == [4, nil])
        }
    }

    @Test func hashIsThatOfTheFile() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "abc")
            try Data("abc".utf8).write(to: file)
            let bundle = try Samples.bundle(in: folder, members: 1)
            let manifest = URL(filePath: bundle.directory).appending(path: "model.json")
            #expect(try sha256sum(manifest.path) == bundle.sha256)
            let member = URL(filePath: bundle.directory).appending(path: "member-1.safetensors")
            #expect(try sha256sum(member.path) == bundle.manifest.members[0].sha256)
            #expect(
                try sha256sum(file.path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        }
    }

    @Test func oneFlippedByteStopsScreening() throws {
        let error = try refusal { try flipLastByte(of: $0.appending(path: "member-2.safetensors")) }
        #expect(error?.code == .hashMismatch)
        #expect(error?.code.rawValue == "MODEL_HASH_MISMATCH")
        #expect(error?.subject == "member-2.safetensors")
    }

    @Test func flippedByteAfterLoadingIsFoundByVerifyAndByScoring() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            try flipLastByte(of: URL(filePath: bundle.directory).appending(path: "member-3.safetensors"))
            #expect(try !bundle.isUnchanged())
            let found = failure { try bundle.verify() }
            #expect(found?.code == .hashMismatch)
            #expect(found?.subject == "member-3.safetensors")
            let scoring = failure { _ = try Ensemble.score(Samples.prepared(), with: bundle, threads: 1) }
            #expect(scoring?.code == .hashMismatch)
            #expect(scoring?.subject == "member-3.safetensors")
        }
    }

    @Test func changedManifestIsFoundByVerify() throws {
        try withTemporaryFolder { folder in
            let bundle = try Samples.bundle(in: folder)
            let path = URL(filePath: bundle.directory).appending(path: "model.json")
            let text = try String(contentsOf: path, encoding: .utf8)
            try text.replacing("A test.", with: "A joke.").write(to: path, atomically: true, encoding: .utf8)
            let error = failure { try bundle.verify() }
            #expect(error?.code == .hashMismatch)
            #expect(error?.subject == "model.json")
        }
    }

    @Test func missingFileIsNamed() throws {
        let member = try refusal {
            try FileManager.default.removeItem(at: $0.appending(path: "member-1.safetensors"))
        }
        #expect(member?.code == .memberMissing)
        #expect(member?.subject == "member-1.safetensors")
        let manifest = try refusal { try FileManager.default.removeItem(at: $0.appending(path: "model.json")) }
        #expect(manifest?.code == .modelUnreadable)
        #expect(failure { _ = try ModelBundle.load("/nowhere/at/all") }?.code == .modelUnreadable)
    }

    @Test func extraMemberIsNamed() throws {
        let error = try refusal {
            try FileManager.default.copyItem(
                at: $0.appending(path: "member-1.safetensors"), to: $0.appending(path: "member-9.safetensors"))
        }
        #expect(error?.code == .memberUnlisted)
        #expect(error?.subject == "member-9.safetensors")
    }

    @Test func linkInTheFolderIsRefused() throws {
        let error = try refusal { folder in
            let member = folder.appending(path: "member-1.safetensors")
            let elsewhere = folder.deletingLastPathComponent().appending(path: "elsewhere")
            try FileManager.default.moveItem(at: member, to: elsewhere)
            try FileManager.default.createSymbolicLink(at: member, withDestinationURL: elsewhere)
        }
        #expect(error?.code == .modelUnreadable)
        #expect(error?.subject == "member-1.safetensors")
    }

    @Test func equalMembersAreRefused() throws {
        try withTemporaryFolder { folder in
            let state = Samples.states(1)[0]
            let target = folder.appending(path: "x").path
            let error = failure {
                _ = try ModelBundle.write(manifest: Samples.manifest(), states: [state, state], to: target)
            }
            #expect(error?.code == .membersNotDistinct)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func otherKeysAndShapesAreListed() throws {
        try withTemporaryFolder { folder in
            var state = Samples.states(1)[0]
            state["bn1.bias"] = nil
            state["fc.bias"] = Tensor(shape: [3])
            state["extra.weight"] = Tensor(shape: [1])
            let error = failure {
                _ = try ModelBundle.write(
                    manifest: Samples.manifest(), states: [state], to: folder.appending(path: "x").path)
            }
            #expect(error?.code == .weightsInvalid)
            for key in ["bn1.bias", "fc.bias", "extra.weight"] { #expect(error?.message.contains(key) == true) }
        }
    }

    @Test func weightsThatAreNotFiniteAreRefused() throws {
        try withTemporaryFolder { folder in
            var state = Samples.states(1)[0]
            state["bn1.bias"] = Tensor(shape: [2], values: [0, .nan])
            let error = failure {
                _ = try ModelBundle.write(
                    manifest: Samples.manifest(), states: [state], to: folder.appending(path: "x").path)
            }
            #expect(error?.code == .weightsInvalid)
            #expect(error?.message.contains("bn1.bias") == true)
        }
    }

    /// Whatever stops the writing, no folder is left that looks like a bundle or like half of one.
    @Test func nothingIsLeftOfABundleThatFails() throws {
        var manifest = Samples.manifest()
        manifest.threshold = 2
        var (notFinite, negative) = (Samples.states(2)[1], Samples.states(2)[1])
        notFinite["layer4.1.conv2.weight"]?.values[3] = .infinity
        negative["bn1.running_var"]?.values[0] = -1
        var deep = Samples.manifest()
        deep.architecture.depth = 101
        let first = Samples.states(1)[0]
        let cases: [(ModelManifest, [[String: Tensor]], ScreeningError.Code)] = [
            (manifest, [first], .manifestInvalid), (deep, [first], .manifestInvalid),
            (Samples.manifest(), [], .manifestInvalid),
            (Samples.manifest(), [first, notFinite], .weightsInvalid),
            (Samples.manifest(), [first, negative], .weightsInvalid),
            (Samples.manifest(), [first, first], .membersNotDistinct),
        ]
        for (manifest, states, code) in cases {
            try withTemporaryFolder { folder in
                let target = folder.appending(path: "x.fcdmodel").path
                let error = failure { _ = try ModelBundle.write(manifest: manifest, states: states, to: target) }
                #expect(error?.code == code)
                let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(left.isEmpty)
            }
        }
    }

    @Test func existingFolderIsNotReplaced() throws {
        try withTemporaryFolder { folder in
            _ = try Samples.bundle(in: folder)
            #expect(failure { _ = try Samples.bundle(in: folder) }?.code == .modelUnwritable)
        }
    }

    @Test func untrainedBundlesAreSeeded() throws {
        try withTemporaryFolder { folder in
            func make(_ name: String, seed: UInt64) throws -> ModelBundle {
                try ModelBundle.untrained(
                    modality: .flair, width: 2, members: 2, seed: seed, input: .fullHead,
                    to: folder.appending(path: name).path)
            }
            let (a, b, c) = (try make("a", seed: 1), try make("b", seed: 1), try make("c", seed: 7))
            #expect(a.sha256 == b.sha256)
            #expect(a.sha256 != c.sha256)
            #expect(a.manifest.status == .untrained)
            #expect(a.manifest.modality == .flair)
            #expect(a.manifest.folderName == "untrained-flair-1.fcdmodel")
        }
    }

    private func flipLastByte(of url: URL) throws {
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: url)
    }

    /// The system's own tool, as an independent witness.
    private func sha256sum(_ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        process.arguments = [path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        return String(decoding: pipe.fileHandleForReading.availableData.prefix(64), as: UTF8.self)
    }
}
