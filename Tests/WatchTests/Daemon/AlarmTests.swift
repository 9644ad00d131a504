import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

/// Contradictions between files.
@Suite struct AlarmTests {
    /// Replaces a text by another of the same length wherever it stands.
    private func replace(_ old: String, by new: String, in bytes: [UInt8]) -> [UInt8] {
        var data = Data(bytes)
        while let range = data.range(of: Data(old.utf8)) { data.replaceSubrange(range, with: Data(new.utf8)) }
        return Array(data)
    }

    @Test func objectThatComesInTwoStudiesIsAnAlarmOnce() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        let delivery = Delivery(site)
        try delivery.send(.localizer)
        try await site.settle()
        // The same objects, numbered as parts of another study.
        let other = Delivery(site, seed: 10).study.studyInstanceUID
        let uid = delivery.study.studyInstanceUID
        let padded = other.count == uid.count ? other : String(uid.dropLast()) + (uid.last == "1" ? "2" : "1")
        for slice in 0..<3 {
            try site.folder.write(
                "inbox/copy/\(slice).dcm", replace(uid, by: padded, in: try delivery.bytes(.localizer, slice: slice)))
        }
        try await site.settle()
        let cases = try site.ledger.cases()
        #expect(cases.count == 2)
        var audit = ""
        _ = try site.ledger.exportAudit { audit += $0 + "\n" }
        #expect(audit.components(separatedBy: "SAME_OBJECT_IN_TWO_STUDIES").count == 2)
        let lines = site.lines.all.filter { $0.contains("SAME_OBJECT_IN_TWO_STUDIES") }
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { !$0.contains(uid) && !$0.contains("KENNUNG") && !$0.contains("Kanarienvogel") })
        try await site.pass(seconds: 6)
        #expect(try site.text("reports/index.html").contains("SAME_OBJECT_IN_TWO_STUDIES"))
    }

    @Test func objectsOfOneStudyThatNameTwoPatientsMeetInOneCase() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        let delivery = Delivery(site)
        try delivery.send(.localizer, slices: 0..<2)
        let third = try delivery.bytes(.localizer, slice: 2)
        try site.folder.write("inbox/study/3.dcm", replace("KENNUNG-4711", by: "KENNUNG-4712", in: third))
        try await site.settle()
        let record = try site.onlyCase
        #expect(try site.ledger.inputs(caseID: record.id).count == 3)
        #expect(record.pseudonym == site.key.pseudonym(issuer: nil, patientID: "KENNUNG-4711"))
    }
}
