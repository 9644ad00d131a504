import ConvNet
import Foundation
import Testing

@Suite struct WeightViewTests {
    /// Calls `body` with the views of a safetensors file of this header and data.
    private func mapped(_ header: String, _ data: [UInt8], _ body: ([String: WeightView]) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "x.safetensors")
            let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) }
            try Data(length + Array(header.utf8) + data).write(to: file)
            try body(try SafetensorsFile.map(file.path))
        }
    }

    private func bytes(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    @Test func everyRecordedStateIsTheSameMappedAsRead() throws {
        for name in ["net/r18_a", "net/r18_b", "pth/expected_layouts", "pth/expected_backbone"] {
            let path = Fixtures.path(name + ".safetensors")
            let read = try SafetensorsFile.read(path)
            let mapped = try SafetensorsFile.map(path)
            #expect(Set(mapped.keys) == Set(read.keys))
            for (key, tensor) in read {
                let view = try #require(mapped[key])
                #expect(view.shape == tensor.shape, "\(key)")
                #expect(view.values.map(\.bitPattern) == tensor.values.map(\.bitPattern), "\(key)")
                #expect(view.tensor.shape == tensor.shape)
            }
        }
    }

    @Test func writtenWeightsAreNotCopied() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "x.safetensors").path
            try SafetensorsFile.write(
                ResNet3D.randomState(Architecture(width: 3), seed: 1), metadata: ["format": "pt"], to: path)
            #expect(try SafetensorsFile.map(path).values.allSatisfy(\.isMapped))
        }
    }

    /// A file that was deleted stays readable as long as a view of it lives, and pages that were given back come again.
    @Test func viewKeepsItsFileAlive() throws {
        var view: WeightView?
        let values = (0..<50_000).map { Float($0) }
        try mapped(#"{"w":{"dtype":"F32","shape":[50000],"data_offsets":[0,200000]}}"# + "  ", bytes(values)) {
            view = $0["w"]
        }
        let kept = try #require(view)
        #expect(Array(kept.values) == values)
        kept.release()
        #expect(Array(kept.values) == values)
        #expect(kept.isFinite)
    }

    @Test func halfPrecisionIsWidenedIntoMemoryOfItsOwn() throws {
        let header = #"{"w":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}}"#
        try mapped(header, [0x00, 0x3C, 0x00, 0xC0, 0xFF, 0x7B]) { views in
            let view = try #require(views["w"])
            #expect(!view.isMapped)
            #expect(Array(view.values) == [1, -2, 65504])
        }
    }

    @Test(arguments: 0..<4)
    func unalignedTensorsAreCopied(spaces: Int) throws {
        let header = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"# + String(repeating: " ", count: spaces)
        try mapped(header, bytes([1.5, -2.5])) { views in
            let view = try #require(views["w"])
            #expect(view.isMapped == (header.utf8.count % 4 == 0))
            #expect(Int(bitPattern: view.pointer) % 4 == 0)
            #expect(Array(view.values) == [1.5, -2.5])
        }
    }

    @Test func emptyTensorsAndScalarsHaveAPlace() throws {
        let header =
            #"{"e":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}"#
        try mapped(header, bytes([7])) { views in
            #expect(views["e"]?.tensor == Tensor(shape: [0, 3]))
            #expect(views["s"]?.tensor == Tensor(shape: [], values: [7]))
        }
    }

    @Test func notFiniteValuesAreSeen() {
        #expect(WeightView(Tensor(shape: [2], values: [1, 2])).isFinite)
        #expect(!WeightView(Tensor(shape: [2], values: [1, .nan])).isFinite)
        #expect(!WeightView(Tensor(shape: [2], values: [-.infinity, 1])).isFinite)
    }

    @Test func badFilesAreRefusedAsWhenTheyAreRead() throws {
        for path in [Fixtures.path("none"), Fixtures.path("pth")] {
            let error = #expect(throws: ConvNetError.self) { try SafetensorsFile.map(path) }
            #expect(error?.code == .unreadable)
        }
        let error = #expect(throws: ConvNetError.self) {
            try SafetensorsFile.map(Fixtures.path("pth/zip_plain.pth"))
        }
        #expect(error?.code == .notRecognised)
    }
}
