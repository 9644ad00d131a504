import ConvNet
import Foundation
import Testing

@Suite struct WeightFileTests {
    /// Every good checkpoint says the same mapped as read, in both formats of PyTorch.
    @Test(arguments: try Fixtures.names(in: "pth", suffix: ".pth"))
    func mappedCheckpointsAreThoseThatAreRead(name: String) throws {
        let path = Fixtures.path("pth/\(name)")
        let read = try PyTorchCheckpoint.read(path)
        let mapped = try WeightFile.map(path)
        #expect(Set(mapped.keys) == Set(read.keys))
        for (key, tensor) in read {
            #expect(mapped[key]?.shape == tensor.shape, "\(key)")
            #expect(mapped[key]?.values.map(\.bitPattern) == tensor.values.map(\.bitPattern), "\(key)")
        }
    }

    @Test func zipCheckpointsAreUsedInPlace() throws {
        let mapped = try WeightFile.map(Fixtures.path("pth/zip_plain.pth"))
        // PyTorch's counters are integers.
        for (name, view) in mapped where !name.hasSuffix(".num_batches_tracked") { #expect(view.isMapped, "\(name)") }
        #expect(mapped.count > 100)
    }

    @Test(arguments: try Fixtures.names(in: "pth/refuse", suffix: ".pth"))
    func badFilesAreRefusedAsWhenTheyAreRead(name: String) throws {
        let path = Fixtures.path("pth/refuse/\(name)")
        let read = try #require(#expect(throws: ConvNetError.self) { try PyTorchCheckpoint.read(path) })
        let mapped = try #require(#expect(throws: ConvNetError.self) { try WeightFile.map(path) })
        // What is neither format is taken for safetensors, and refused as such.
        if read.code != .notRecognised { #expect(mapped.description == read.description) }
    }

    @Test func safetensorsAreRecognised() throws {
        let path = Fixtures.path("pth/expected_backbone.safetensors")
        #expect(try WeightFile.map(path).mapValues(\.tensor) == SafetensorsFile.read(path))
    }
}
