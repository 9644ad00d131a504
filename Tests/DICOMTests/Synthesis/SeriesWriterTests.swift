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

    @Test(arguments: AcquisitionPlane.allCases, SeriesWriter.Encoding.allCases)
    func everyVoxelComesBackInItsPlace(_ plane: AcquisitionPlane, _ encoding: SeriesWriter.Encoding) throws {
        // Oblique, with one axis turned round.
        let affine = Affine(
            column0: [-0.96, -0.28, 0], column1: [-0.308, 1.056, 0], column2: [0, 0, 1.3], translation: [12, -34.5, 6])
        let original = ramp(shape: [9, 11, 13], affine)
        let folder = try Scratch()
        let paths = try write(original, plane: plane, encoding: encoding, into: folder.path)
        let files = try paths.map { path in
            SourceFile(path: path, header: try DICOMFile.read(path, limits: .init()).header)
        }
        let series = SeriesBuilder.series(of: files)
        try #require(series.count == 1)
        let converted = try Converter.volume(of: series[0])

        let toOriginal = try #require(affine.inverse) * converted.grid.affineRAS
        var misplaced = 0.0
        var wrong = 0
        for i in 0..<converted.shape.x {
            for j in 0..<converted.shape.y {
                for k in 0..<converted.shape.z {
                    let p = toOriginal([Double(i), Double(j), Double(k)])
                    let nearest = p.rounded(.toNearestOrEven)
                    misplaced = max(misplaced, abs(p.x - nearest.x), abs(p.y - nearest.y), abs(p.z - nearest.z))
                    let (a, b, c) = (Int(nearest.x), Int(nearest.y), Int(nearest.z))
                    if original[a, b, c] != converted[i, j, k] { wrong += 1 }
                }
            }
        }
        #expect(converted.voxels.count == original.voxels.count)
        #expect(wrong == 0)
        // Decimal strings hold ten digits.
        #expect(misplaced < 1e-4)
    }

    @Test func namesOutsideASCIISurvive() throws {
        let folder = try Scratch()
        let paths = try write(ramp(shape: [2, 3, 4]), into: folder.path)
        let identity = try DICOMFile.read(paths[0], limits: .init()).identity
        #expect(identity.name == "Démo^Žofie")
        #expect(identity.accession == "A1")
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
        _ volume: Volume, plane: AcquisitionPlane = .sagittal, skipping: Set<Int> = [],
        encoding: SeriesWriter.Encoding = .explicitLittleEndian,
        into folder: String
    ) throws -> [String] {
        let patient = SyntheticPatient(name: "Démo^Žofie", patientID: "T-1", birthDate: "19900101", sex: "F")
        let study = SyntheticStudy(
            patient: patient, seed: 7, date: "20260105", time: "221500", accessionNumber: "A1")
        return try SeriesWriter(study).write(
            volume, as: .mprage, seriesNumber: 2, plane: plane, skipping: skipping, encoding: encoding,
            into: folder)
    }

    private func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    /// A different integer in every voxel.
    private func ramp(
        shape: SIMD3<Int>, _ affine: Affine = Affine(spacing: [1.1, 0.9, 1], origin: [-3, 4, 5])
    ) -> Volume {
        let grid = VoxelGrid(shape: shape, affineRAS: affine)
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
