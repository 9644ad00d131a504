import ConvNet
import Foundation
import Testing

@Suite struct PyTorchCheckpointTests {
    private func bits(_ tensor: Tensor) -> [UInt32] { tensor.values.map(\.bitPattern) }

    @Test(arguments: ["zip_plain", "zip_state_dict_module", "legacy_plain", "legacy_state_dict_module"])
    func backboneIsReadBitForBit(name: String) throws {
        let expected = try Fixtures.tensors("pth/expected_backbone.safetensors")
        let actual = try PyTorchCheckpoint.read(Fixtures.path("pth/\(name).pth"))
        #expect(Set(actual.keys) == Set(expected.keys))
        for (key, tensor) in expected {
            #expect(actual[key]?.shape == tensor.shape, "\(key)")
            #expect(actual[key].map(bits) == bits(tensor), "\(key)")
        }
    }

    @Test(arguments: ["zip_layouts", "legacy_layouts"])
    func everyLayoutAndNumberTypeIsReadBitForBit(name: String) throws {
        let expected = try Fixtures.tensors("pth/expected_layouts.safetensors")
        let actual = try PyTorchCheckpoint.read(Fixtures.path("pth/\(name).pth"))
        #expect(Set(actual.keys) == Set(expected.keys))
        for (key, tensor) in expected {
            #expect(actual[key]?.shape == tensor.shape, "\(key)")
            #expect(actual[key].map(bits) == bits(tensor), "\(key)")
        }
        // The same without trusting the other reader.
        #expect(actual["transposed"] == Tensor(shape: [6, 4], values: (0..<24).map { Float($0 % 4 * 6 + $0 / 4) }))
        #expect(actual["strided"] == Tensor(shape: [8], values: (0..<8).map { Float(1 + 3 * $0) }))
        #expect(actual["broadcast"] == Tensor(shape: [2, 3], values: [1.5, 1.5, 1.5, -2.5, -2.5, -2.5]))
        #expect(actual["scalar"] == Tensor(shape: [], values: [3.25]))
        #expect(actual["empty"] == Tensor(shape: [0, 3]))
        #expect(actual["half"]?.values == [1, -0.333251953125, 65504])
        #expect(actual["bfloat"]?.values.prefix(2) == [1, -3.140625])
        #expect(actual["double"]?.values == [Float(Double.pi)])
        #expect(actual["long"]?.values == [0, -1, 0x1p40])
        #expect(actual["bool"]?.values == [1, 0, 1])
        #expect(actual["byte"]?.values == [0, 255])
        #expect(actual["parameter"] == Tensor(shape: [1, 2], values: [0.5, -0.5]))
    }

    @Test(arguments: ["accept_handmade_zip", "accept_handmade_legacy"])
    func smallestFileIsRead(name: String) throws {
        let actual = try PyTorchCheckpoint.read(Fixtures.path("pth/\(name).pth"))
        #expect(actual == ["w": Tensor(shape: [2, 3], values: [0, 1, 2, 3, 4, 5])])
    }

    @Test func stateOfATrainingCheckpointIsRead() throws {
        let expected = try Fixtures.tensors("pth/expected_backbone.safetensors")
        let actual = try PyTorchCheckpoint.read(Fixtures.path("pth/legacy_training.pth"))
        #expect(actual.keys.sorted() == expected.keys.filter { $0.hasPrefix("conv1") || $0.hasPrefix("bn1") }.sorted())
    }

    /// What must be refused, with the code and a word of the reason.
    private static let reasons: [String: (code: ConvNetError.Code, word: String)] = [
        "empty.pth": (.truncated, "empty"),
        "not_a_checkpoint.pth": (.notRecognised, "no PyTorch checkpoint"),
        "legacy_calls_eval.pth": (.forbidden, "builtins.eval"),
        "legacy_calls_system.pth": (.forbidden, "posix.system"),
        "legacy_negative_size.pth": (.malformed, "negative size"),
        "legacy_negative_stride.pth": (.malformed, "negative stride"),
        "legacy_numel_lies.pth": (.malformed, "6 elements where its description says 6000"),
        "legacy_offset_beyond_storage.pth": (.malformed, "beyond its storage"),
        "legacy_overflowing_size.pth": (.tooLarge, "elements"),
        "legacy_size_beyond_storage.pth": (.malformed, "beyond its storage"),
        "legacy_truncated_data.pth": (.truncated, "ends within its numbers"),
        "legacy_truncated_pickle.pth": (.truncated, "ends within its description"),
        "legacy_unknown_storage.pth": (.malformed, "storage"),
        "zip_calls_system.pth": (.forbidden, "posix.system"),
        "zip_deflated.pth": (.unsupported, "compressed"),
        "zip_missing_storage.pth": (.malformed, "lacks a storage"),
        "zip_size_beyond_storage.pth": (.malformed, "beyond its storage"),
        "zip_truncated.pth": (.truncated, "without its end"),
    ]

    @Test(arguments: try Fixtures.names(in: "pth/refuse", suffix: ".pth"))
    func badFileIsRefusedWithItsReason(name: String) throws {
        let error = try #require(
            #expect(throws: ConvNetError.self) { try PyTorchCheckpoint.read(Fixtures.path("pth/refuse/\(name)")) })
        let reason = try #require(Self.reasons[name], "a new file needs its reason here")
        #expect(error.code == reason.code)
        #expect(error.description.contains(reason.word), "\(error)")
        #expect(!error.description.contains(Fixtures.root.path), "no path in an error")
    }

    @Test func folderOfBadFilesIsNotEmpty() throws {
        #expect(try Fixtures.names(in: "pth/refuse", suffix: ".pth").count == 18)
    }

    /// No prefix of a good file may be read, crash or hang.
    @Test(arguments: ["accept_handmade_zip", "accept_handmade_legacy", "legacy_layouts"])
    func everyTruncationIsRefused(name: String) throws {
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("pth/\(name).pth")))
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "cut.pth")
            for length in stride(from: 0, to: whole.count, by: 1 + whole.count / 600) {
                try whole.prefix(length).write(to: file)
                #expect(throws: ConvNetError.self) { try PyTorchCheckpoint.read(file.path) }
            }
        }
    }

    /// A single damaged byte is refused or read as something else, never a crash.
    @Test(arguments: ["accept_handmade_zip", "accept_handmade_legacy", "legacy_layouts", "zip_layouts"])
    func damagedBytesAreSurvived(name: String) throws {
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("pth/\(name).pth")))
        var generator = SeededGenerator(seed: 11)
        var refused = 0
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "damaged.pth")
            for at in stride(from: 0, to: whole.count, by: 1 + whole.count / 400) {
                var damaged = whole
                damaged[at] = UInt8.random(in: 0...255, using: &generator)
                try damaged.write(to: file)
                do { _ = try PyTorchCheckpoint.read(file.path) } catch is ConvNetError { refused += 1 }
            }
        }
        #expect(refused > 0)
    }

    @Test func smallFileCannotAskForMuchMemory() throws {
        // A list of 65 000 pairs from which 65 000 dictionaries are to be made: 4 · 10⁹ pairs from 0.6 MB.
        var pickle: [UInt8] = [0x80, 0x02, 0x5D, 0x71, 0x00, 0x28]
        for _ in 0..<65_000 { pickle += [0x4B, 0x01, 0x4B, 0x02, 0x86] }
        pickle += [0x65, 0x71, 0x00]
        for _ in 0..<65_000 { pickle += Array("ccollections\nOrderedDict\n".utf8) + [0x68, 0x00, 0x85, 0x52] }
        pickle += [0x2E]
        let magic: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
        let version: [UInt8] = [0x80, 0x02, 0x4D, 0xE9, 0x03, 0x2E]
        let system: [UInt8] = [0x80, 0x02, 0x7D, 0x58, 13, 0, 0, 0] + Array("little_endian".utf8) + [0x88, 0x73, 0x2E]
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "bomb.pth")
            try Data(magic + version + system + pickle).write(to: file)
            let error = #expect(throws: ConvNetError.self) { try PyTorchCheckpoint.read(file.path) }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func missingFileAndFolderAreRefused() throws {
        for path in [Fixtures.path("pth/none.pth"), Fixtures.path("pth")] {
            let error = #expect(throws: ConvNetError.self) { try PyTorchCheckpoint.read(path) }
            #expect(error?.code == .unreadable)
        }
    }

    /// A published U-Net checkpoint. It keeps NumPy scalars beside its weights, which would need names that we refuse.
    @Test(.enabled(if: Fixtures.shared != nil, "needs published weights: FCDWATCH_SHARED"))
    func publishedCheckpointWithForeignObjectsIsRefusedByName() throws {
        let file = try #require(Fixtures.shared).appending(path: "data/weights/whole_images_epoch_5.pth")
        let error = #expect(throws: ConvNetError.self) { try PyTorchCheckpoint.read(file.path) }
        #expect(error?.code == .forbidden)
        #expect(error?.subject?.hasPrefix("numpy.") == true)
    }
}
