import DICOM
import Foundation
import Imaging
import Testing

@Suite struct SeriesWriterTests {
    @Test func writingTwiceGivesEqualFiles() throws {
        let (first, second) = (try Scratch(), try Scratch())
        let one = try write(ramp(shape: [5, 6, 7]), into: first.path)
        let two = try write(ramp(shape: [5, 6, 7]), into: second.path)
        #expect(one.count == 5)
        #expect(try one.map(contents) == two.map(contents))
    }

    @Test func skippedSlicesAreLeftOut() throws {
        let folder = try Scratch()
        let paths = try write(ramp(shape: [6, 6, 7]), skipping: [2, 4], into: folder.path)
        #expect(paths.count == 4)
        #expect(paths.map { $0.suffix(8) } == ["0001.dcm", "0002.dcm", "0004.dcm", "0006.dcm"])
    }

    @Test func compressedSeriesAreSmaller() throws {
        let flat = Volume(grid: VoxelGrid(shape: [3, 64, 64], affineRAS: .identity), filledWith: 7)
        var sizes: [SeriesWriter.Encoding: Int] = [:]
        for encoding in SeriesWriter.Encoding.allCases {
            let folder = try Scratch()
            sizes[encoding] = try write(flat, encoding: encoding, into: folder.path).map(contents).map(\.count)
                .reduce(0, +)
        }
        let plain = try #require(sizes[.explicitLittleEndian])
        #expect(try #require(sizes[.rle]) < plain / 2)
        #expect(try #require(sizes[.jpegLossless]) < plain / 2)
    }

    @Test func shearedGridIsRefused() throws {
        let folder = try Scratch()
        var volume = ramp(shape: [4, 4, 4])
        volume.grid.affineRAS.column2 = [0.1, 0, 1]
        #expect(throws: SynthesisError.self) { try write(volume, into: folder.path) }
    }

    @Test func unwritableFolderIsAnError() throws {
        let folder = try Scratch()
        let file = folder.path + "/taken"
        try Data().write(to: URL(filePath: file))
        let error = #expect(throws: SynthesisError.self) { try write(ramp(shape: [2, 2, 2]), into: file) }
        #expect(error?.code == .unwritable)
    }

    private func write(
        _ volume: Volume, skipping: Set<Int> = [], encoding: SeriesWriter.Encoding = .explicitLittleEndian,
        into folder: String
    ) throws -> [String] {
        let patient = SyntheticPatient(name: "Démo^Žofie", patientID: "T-1", birthDate: "19900101", sex: "F")
        let study = SyntheticStudy(
            patient: patient, seed: 7, date: "20260105", time: "221500", accessionNumber: "A1")
        return try SeriesWriter(study).write(
            volume, as: .mprage, seriesNumber: 2, plane: .sagittal, skipping: skipping, encoding: encoding,
            into: folder)
    }

    private func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    /// A different integer in every voxel of a 1.1 × 0.9 × 1 mm grid.
    private func ramp(shape: SIMD3<Int>) -> Volume {
        let grid = VoxelGrid(shape: shape, affineRAS: Affine(spacing: [1.1, 0.9, 1], origin: [-3, 4, 5]))
        return Volume(grid: grid, voxels: (0..<grid.voxelCount).map(Float.init))
    }
}

/// A folder of its own for one test, gone with it.
private final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "fcdwatch-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            // reason: a folder left in the temporary directory harms nothing, and deinit cannot throw.
        }
    }
}
