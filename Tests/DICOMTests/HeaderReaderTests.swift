import DICOM
import Imaging
import Testing

/// Identifiers as hostile senders write them.
@Suite struct HeaderReaderTests {
    private static let uids: [UInt32] = [0x0008_0018, 0x0020_000d, 0x0020_000e]

    @Test(arguments: [
        "../../etc/passwd", "1.2/3", "1.2.3\u{0}../x", "1.2\u{0}.3", "1.2.a", "1.2.3\u{1b}", "1.2\\3.4", ".", "...",
        "é",
        String(repeating: "1.", count: 32) + "1", String(repeating: "1", count: 65),
        String(repeating: "9", count: 4000), "",
    ])
    func identifierThatIsNoneIsRefused(uid: String) {
        for tag in Self.uids {
            let error = #expect(throws: DICOMError.self) { try TemporaryObject.read { $0.root.set(tag, "UI", uid) } }
            #expect(error?.code == .missingIdentifier)
            #expect(error.map { !$0.message.contains("etc") && $0.subject == nil } == true)
        }
    }

    @Test func missingIdentifierIsRefused() {
        for tag in Self.uids {
            let error = #expect(throws: DICOMError.self) { try TemporaryObject.read { $0.root.remove(tag) } }
            #expect(error?.code == .missingIdentifier)
        }
    }

    @Test func leadingZerosAndFullLengthAreKept() throws {
        let long = "1." + String(repeating: "0", count: 61) + "7"
        #expect(try TemporaryObject.read { $0.root.set(0x0020_000d, "UI", long) }.header.studyInstanceUID == long)
        #expect(try TemporaryObject.read { $0.root.set(0x0020_000d, "UI", "1.02 ") }.header.studyInstanceUID == "1.02")
    }

    /// The parser drops spaces and line ends inside an identifier.
    @Test(arguments: ["1 .2.3", "1.2\n.3", "\t1.2.3"])
    func strayBytesLeaveDigitsAndDots(uid: String) throws {
        #expect(try TemporaryObject.read { $0.root.set(0x0020_000d, "UI", uid) }.header.studyInstanceUID == "1.2.3")
    }

    @Test func identifiersThatDifferInTheirLastDigitStayApart() throws {
        let stem = String(repeating: "1", count: 63)
        let read = try ["4", "5"].map { last in
            try TemporaryObject.read { $0.root.set(0x0020_000e, "UI", stem + last) }.header.seriesInstanceUID
        }
        #expect(read[0] != read[1])
    }

    @Test func textOfAnyKindStaysText() throws {
        let (header, identity) = try TemporaryObject.read { object in
            object.root.set(0x0010_0020, "LO", "../..\\A\u{1b}[31m")
            object.root.set(0x0010_0010, "PN", "<script>\u{8}\u{7f}^\u{0}")
            object.root.set(0x0008_103e, "LO", "T1\r\nFake log line")
            object.root.set(0x0008_0060, "CS", "M\u{1b}R")
        }
        #expect(identity.patientID == "../..\\A[31m")
        #expect(identity.name == "<script>^")
        #expect(header.privateText.seriesDescription == "T1Fake log line")
        #expect(header.modality == "M?R")
    }
}
