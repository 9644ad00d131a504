import DICOM
import Foundation
import Imaging
import Testing

@Suite struct ExpectedCountsTests {
    private func read(_ change: (inout TestObject) -> Void) throws -> ExpectedCounts {
        try TemporaryObject.read(change).header.expected
    }

    @Test func publicCountsAreRead() throws {
        let found = try read { object in
            object.root.set(0x0020_1002, "IS", "192")
            object.root.set(0x0020_1003, "IS", "193")
            object.root.set(0x0020_1209, "IS", "194")
        }
        #expect(found == ExpectedCounts(imagesInAcquisition: 192, imagesInSeries: 193, objectsInSeries: 194))
    }

    @Test(arguments: ["0", "1", "-5", "many", "2147483648"])
    func countsThatSayNothingAreLeftOut(value: String) throws {
        #expect(try read { $0.root.set(0x0020_1002, "IS", value) } == ExpectedCounts())
    }

    @Test func countsOfGECountWithTheirCreatorsOnly() throws {
        func write(_ object: inout TestObject, creators: [String]) {
            object.root.set(0x0021_0010, "LO", creators[0])
            object.root.set(0x0021_104f, "SS", little(UInt16(180)))
            object.root.set(0x0025_0010, "LO", creators[1])
            object.root.set(0x0025_1007, "SL", little(UInt32(360)))
        }
        let named = try read { write(&$0, creators: ["GEMS_RELA_01", "GEMS_SERS_01"]) }
        #expect(named.locations == 180)
        #expect(named.imagesInSeries == 360)
        #expect(try read { write(&$0, creators: ["SOMEBODY", "ELSE"]) } == ExpectedCounts())
    }

    @Test func privateBlockIsFoundWhereItWasReserved() throws {
        let found = try read { object in
            object.root.set(0x2001_0010, "LO", "SOMEBODY")
            object.root.set(0x2001_1018, "SL", little(UInt32(7)))
            object.root.set(0x2001_0012, "LO", "Philips Imaging DD 001")
            object.root.set(0x2001_1218, "SL", little(UInt32(170)))
        }
        #expect(found.slicesInVolume == 170)
    }

    @Test func privateCountOfUnknownRepresentationIsReadAsBytes() throws {
        let found = try read { object in
            object.root.set(0x2001_0010, "LO", "Philips Imaging DD 001")
            object.root.set(0x2001_1018, "UN", little(UInt32(170)))
        }
        #expect(found.slicesInVolume == 170)
    }

    private static let protocolText = Array(
        """
        ### ASCCONV BEGIN ###
        sSliceArray.lSize = 1
        sKSpace.lImagesPerSlab = 176
        sKSpace.ucDimension = 4
        ### ASCCONV END ###
        """.utf8)

    @Test func protocolOfSiemensIsReadFromTheSeriesHeader() throws {
        func write(_ object: inout TestObject, creator: String) {
            object.root.set(0x0029_0010, "LO", creator)
            object.root.set(0x0029_1020, "OB", [UInt8](repeating: 7, count: 9000) + Self.protocolText)
        }
        let found = try read { write(&$0, creator: "SIEMENS CSA HEADER") }
        #expect(found == ExpectedCounts(slicesInVolume: 176, slabs: 1))
        #expect(try read { write(&$0, creator: "SIEMENS MED") } == ExpectedCounts())
    }

    @Test func protocolOfSiemensIsReadFromTheSharedGroups() throws {
        let found = try read { object in
            var inner = TestObject.Level()
            inner.set(0x0021_0010, "LO", "SIEMENS MR SDS 01")
            inner.set(0x0021_1019, "OB", Self.protocolText)
            var shared = TestObject.Level()
            shared.set(0x0021_0010, "LO", "SIEMENS MR SDS 01")
            shared.set(0x0021_10fe, items: [inner])
            object.root.set(0x5200_9229, items: [shared])
        }
        #expect(found.slicesInVolume == 176)
    }
}

/// One object, written to a file and read back.
enum TemporaryObject {
    static func read(
        _ change: (inout TestObject) -> Void
    ) throws -> (header: FileHeader, identity: PatientIdentity) {
        var object = TestObject.slice(0) { _, _ in 1 }
        change(&object)
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).dcm")
        try Data(object.file).write(to: file)
        let result = Result { try DICOMFile.read(file.path) }
        try FileManager.default.removeItem(at: file)
        return try result.get()
    }
}
