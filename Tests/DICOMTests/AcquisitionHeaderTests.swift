import DICOM
import Foundation
import Testing

/// How makers write what the choice of a series rests on.
@Suite struct AcquisitionHeaderTests {
    private func header(_ change: (inout TestObject.Level) -> Void) throws -> FileHeader {
        var object = TestObject.slice(0) { _, _ in 0 }
        change(&object.root)
        let path = FileManager.default.temporaryDirectory.appending(path: "header-\(UUID().uuidString).dcm")
        try Data(object.file).write(to: path)
        defer {
            do { try FileManager.default.removeItem(at: path) } catch { Issue.record(error) }
        }
        return try DICOMFile.read(path.path).header
    }

    private func double(_ values: Double...) -> [UInt8] {
        values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
    }

    @Test func stationAndBodyPartAreRead() throws {
        let header = try header {
            $0.set(0x0008_1010, "SH", "MR3 ")
            $0.set(0x0018_0015, "CS", "BRAIN")
        }
        #expect(header.stationName == "MR3")
        #expect(header.bodyPart == "BRAIN")
    }

    @Test func noInversionOfPhilipsIsNone() throws {
        // Zero and the largest number: how Philips' classic objects say that there is none.
        let found = try header { $0.set(0x0018_9079, "FD", double(0, .greatestFiniteMagnitude)) }.acquisition
        #expect(found.inversionTimeMS == nil)
        #expect(found.otherInversionTimesMS == [])
    }

    @Test func secondInversionIsSeen() throws {
        let found = try header { $0.set(0x0018_9079, "FD", double(3400, 325)) }.acquisition
        #expect(found.inversionTimeMS == 3400)
        #expect(found.otherInversionTimesMS == [325])
    }

    @Test func delayInAPrivateElementOfPhilipsCounts() throws {
        func inversion(_ kind: String) throws -> Double? {
            try header {
                $0.set(0x2001_0010, "LO", "Philips Imaging DD 001")
                $0.set(0x2001_101b, "FL", (0..<4).map { UInt8(truncatingIfNeeded: Float(1650).bitPattern >> (8 * $0)) })
                $0.set(0x2001_101c, "CS", kind)
            }.acquisition.inversionTimeMS
        }
        #expect(try inversion("INV") == 1650)
        #expect(try inversion("SAT") == nil)
    }

    @Test(arguments: [
        ("GADOVIST", true), ("Dotarem 10 ml", true), ("", false), ("NONE", false), ("no", false), ("0", false),
    ])
    func agentIsWhatIsNamed(_ text: String, _ given: Bool) throws {
        #expect(try header { $0.set(0x0018_0010, "LO", text) }.acquisition.hasContrastAgent == given)
    }

    @Test func doseOfAnAgentIsAnAgent() throws {
        #expect(try header { $0.set(0x0018_1041, "DS", "7.5") }.acquisition.hasContrastAgent)
        #expect(try header { $0.set(0x0018_1044, "DS", "0") }.acquisition.hasContrastAgent == false)
    }

    @Test func spoilingAndSteadyStateOfEnhancedObjectsAreVariants() throws {
        let found = try header {
            $0.set(0x0018_9016, "CS", "RF_AND_GRADIENT")
            $0.set(0x0018_9017, "CS", "FREE_PRECESSION")
            $0.set(0x0018_9020, "CS", "ON_RESONANCE")
        }.acquisition
        #expect(found.sequenceVariant == ["SP", "SS", "MTC"])
        #expect(try header { $0.set(0x0018_9020, "CS", "NONE") }.acquisition.sequenceVariant == [])
    }
}
