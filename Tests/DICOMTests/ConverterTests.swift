import DICOM
import Foundation
import Imaging
import Testing

/// Objects written byte by byte, read back and converted.
@Suite struct ConverterTests {
    private func withFiles<R>(_ files: [[UInt8]], _ body: ([String]) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dicom-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        var paths: [String] = []
        for (index, bytes) in files.enumerated() {
            let file = folder.appending(path: "\(index).dcm")
            try Data(bytes).write(to: file)
            paths.append(file.path)
        }
        return try body(paths)
    }

    private func convert(_ objects: [TestObject]) throws -> Volume {
        try withFiles(objects.map(\.file)) { paths in
            let files = try paths.map { SourceFile(path: $0, header: try DICOMFile.read($0).header) }
            return try Converter.volume(of: SeriesBuilder.series(of: files)[0])
        }
    }

    private func code(_ object: TestObject) throws -> DICOMCode? { try code(object.file) }

    private func code(_ bytes: [UInt8]) throws -> DICOMCode? {
        try withFiles([bytes]) { paths in
            do {
                _ = try DICOMFile.read(paths[0])
                _ = try DICOMFile.pixelHash(paths[0])
                return nil
            } catch let error as DICOMError {
                return error.code
            }
        }
    }

    @Test func everyPixelLandsAtItsPlace() throws {
        let volume = try convert([2, 0, 1].map { k in TestObject.slice(k) { 100 * k + 10 * $1 + $0 } })
        #expect(volume.shape == [5, 4, 3])
        for k in 0..<3 {
            for row in 0..<4 {
                for column in 0..<5 { #expect(volume[column, row, k] == Float(100 * k + 10 * row + column)) }
            }
        }
        let corner = volume.grid.affineRAS([1, 1, 1])
        #expect(abs(corner.x - 4.1) + abs(corner.y - 4.9) + abs(corner.z - 2) < 1e-12)
    }

    /// More slices than are put into the volume together, of unlike rescale, in shares that are no whole number of such.
    @Test func volumeDoesNotDependOnTheNumberOfThreads() throws {
        let count = 53
        let objects = (0..<count).map { k -> TestObject in
            var object = TestObject.slice(k) { column, row in 100 * k + 10 * row + column }
            object.root.set(0x0028_1052, "DS", "-\(k)")
            object.root.set(0x0028_1053, "DS", k.isMultiple(of: 2) ? "1" : "0.5")
            return object
        }
        try withFiles(objects.map(\.file)) { paths in
            let files = try paths.map { SourceFile(path: $0, header: try DICOMFile.read($0).header) }
            let series = SeriesBuilder.series(of: files)[0]
            let volume = try Converter.volume(of: series)
            for k in 0..<count {
                let stored = Float(100 * k + 10 * 3 + 4)
                #expect(volume[4, 3, k] == (k.isMultiple(of: 2) ? stored : stored / 2) - Float(k))
            }
            for threads in [2, 3, 8] { #expect(try Converter.volume(of: series, threads: threads) == volume) }
        }
    }

    @Test func signAndUnusedBitsAreHonoured() throws {
        let objects = (0..<3).map { k in
            var object = TestObject.slice(k) { column, _ in [0x0fff, 0x0800, 0x07ff, 0xf001, 0x0000][column] }
            object.root.set(0x0028_0101, 12)
            object.root.set(0x0028_0102, 11)
            object.root.set(0x0028_0103, 1)
            return object
        }
        let volume = try convert(objects)
        #expect((0..<5).map { volume[$0, 0, 0] } == [-1, -2048, 2047, 1, 0])
    }

    @Test func highBitShiftsTheValue() throws {
        let objects = (0..<3).map { k in
            var object = TestObject.slice(k) { column, _ in (column << 4) | 9 }
            object.root.set(0x0028_0101, 12)
            return object
        }
        let volume = try convert(objects)
        #expect((0..<5).map { volume[$0, 0, 0] } == [0, 1, 2, 3, 4])
    }

    @Test func rescaleIsAppliedForEachSlice() throws {
        let objects = (0..<3).map { k in
            var object = TestObject.slice(k) { column, _ in column }
            object.root.set(0x0028_1053, "DS", "\(k + 1).5")
            object.root.set(0x0028_1052, "DS", "-10")
            return object
        }
        let volume = try convert(objects)
        #expect((0..<3).map { volume[2, 0, $0] } == [-7, -5, -3])
    }

    @Test func enhancedFramesHaveTheirOwnPlaceAndRescale() throws {
        let places = [2, 0, 1, 3]
        var object = TestObject.slice(0) { _, _ in 0 }
        object.sopClass = "1.2.840.10008.5.1.4.1.1.4.1"
        object.root.set(0x0008_0016, "UI", object.sopClass)
        object.root.remove(0x0020_0032)
        object.root.remove(0x0020_0037)
        object.root.remove(0x0028_0030)
        object.setPixels(frames: 4, columns: 5, rows: 4) { frame, column, row in
            10 * row + column + 1000 * places[frame]
        }
        var orientation = TestObject.Level()
        orientation.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")
        var measures = TestObject.Level()
        measures.set(0x0028_0030, "DS", "1.1\\0.9")
        measures.set(0x0018_0088, "DS", "9.9")
        var shared = TestObject.Level()
        shared.set(0x0020_9116, items: [orientation])
        shared.set(0x0028_9110, items: [measures])
        object.root.set(0x5200_9229, items: [shared])
        let frames = places.map { place in
            var position = TestObject.Level()
            position.set(0x0020_0032, "DS", "-5\\-6\\\(2 * place)")
            var rescale = TestObject.Level()
            rescale.set(0x0028_1053, "DS", "\(place + 1)")
            rescale.set(0x0028_1052, "DS", "0")
            var frame = TestObject.Level()
            frame.set(0x0020_9113, items: [position])
            frame.set(0x0028_9145, items: [rescale])
            return frame
        }
        object.root.set(0x5200_9230, items: frames)
        let volume = try convert([object])
        #expect(volume.shape == [5, 4, 4])
        #expect(volume.grid.spacingMM.z == 2)
        for k in 0..<4 { #expect(volume[3, 2, k] == Float((1000 * k + 23) * (k + 1))) }

        object.root.set(0x5200_9230, items: Array(frames.dropLast()))
        #expect(try code(object) == .expectedSlicesMissing)
    }

    @Test func identityIsDecodedAndKeptApart() throws {
        var object = TestObject.slice(0) { _, _ in 0 }
        object.root.set(0x0008_0005, "CS", "ISO_IR 192")
        object.root.set(0x0010_0010, "PN", "Müller^Jörg")
        object.root.set(0x0008_103e, "LO", "T1 Müller")
        try withFiles([object.file]) { paths in
            let (header, identity) = try DICOMFile.read(paths[0])
            #expect(identity.name == "Müller^Jörg")
            #expect(identity.patientID == "T1")
            var shown = header
            shown.privateText = PrivateText()
            #expect(!String(describing: shown).contains("ller"))
        }
    }

    @Test func truncatedPixelsAreRefused() throws {
        let file = TestObject.slice(0) { _, _ in 7 }.file
        #expect(try code(Array(file.dropLast(10))) == .truncatedPixels)
        var shorter = TestObject.slice(0) { _, _ in 7 }
        shorter.root.set(0x0028_0010, 40)
        #expect(try code(shorter) == .truncatedPixels)
    }

    @Test func unusableObjectsAreNamed() throws {
        func changed(_ change: (inout TestObject) -> Void) throws -> DICOMCode? {
            var object = TestObject.slice(0) { _, _ in 7 }
            change(&object)
            return try code(object)
        }
        #expect(try changed { _ in } == nil)
        #expect(try changed { $0.root.set(0x0028_0010, 60000) } == .tooLarge)
        #expect(try changed { $0.root.set(0x0028_0008, "IS", "100000") } == .tooLarge)
        #expect(try changed { $0.root.set(0x0028_0008, "IS", "-1") } == .unsupportedPixels)
        #expect(try changed { $0.root.set(0x0028_0004, "CS", "RGB") } == .unsupportedPixels)
        #expect(try changed { $0.root.set(0x0028_0100, 32) } == .unsupportedPixels)
        #expect(try changed { $0.root.set(0x0028_0101, 17) } == .unsupportedPixels)
        #expect(try changed { $0.root.remove(0x7fe0_0010) } == .truncatedPixels)
        #expect(try changed { $0.root.remove(0x0020_000d) } == .missingIdentifier)
        #expect(try changed { $0.root.set(0x0020_000d, "UI", "../../etc") } == .missingIdentifier)
        #expect(try code(Array("not a DICOM file, but long enough to look at".utf8)) == .notDICOM)
        #expect(try code([]) == .notDICOM)
    }

    @Test func unknownTransferSyntaxIsNamed() throws {
        let file = TestObject.slice(0) { _, _ in 7 }.file
        let text = Array(TransferSyntax.explicitLittleEndian.rawValue.utf8)
        let at = file.indices.first { file[$0...].starts(with: text) } ?? 0
        var other = file
        other[at + text.count - 1] = UInt8(ascii: "7")
        #expect(try code(other) == .unsupportedTransferSyntax)
    }

    @Test func zeroRescaleSlopeIsRefused() {
        #expect(throws: DICOMError.self) {
            try convert(
                (0..<3).map { k in
                    var object = TestObject.slice(k) { column, _ in column }
                    object.root.set(0x0028_1053, "DS", "0")
                    return object
                })
        }
    }
}
