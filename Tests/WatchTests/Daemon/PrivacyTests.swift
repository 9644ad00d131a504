import DICOM
import Foundation
import Imaging
import Ledger
import Testing
import Watch

@Suite struct PrivacyTests {
    /// Values that must stand on the study page and nowhere else.
    private static let canaries = ["Kanarienvogel", "KENNUNG-4711", "19770707", "1977-07-07"]

    @Test func nameStandsOnTheStudyPageAndNowhereElse() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        let patient = SyntheticPatient(
            name: "Kanarienvogel^Karl", patientID: "KENNUNG-4711", birthDate: "19770707", sex: "M")
        let study = SyntheticStudy(
            patient: patient, seed: 9, date: "20260105", time: "213000", accessionNumber: "ACC-77")
        let grid = VoxelGrid(
            shape: [92, 115, 115],
            affineRAS: Affine(spacing: [1.9, 1.9, 1.9], origin: HeadPhantom.standardGrid.affineRAS.translation))
        for (sequence, contrast, number) in [
            (MRSequence.mprage, HeadPhantom.Contrast.t1Like, 2), (.spaceFLAIR, .flairLike, 3),
        ] {
            _ = try SeriesWriter(study).write(
                HeadPhantom.make(grid: grid, modality: contrast, seed: 4), as: sequence, seriesNumber: number,
                plane: .axial,
                into: site.folder.path + "/inbox/Kanarienvogel")
        }
        try await site.settle()
        try await site.screenAll()
        try await site.pass(seconds: 6)
        let record = try site.onlyCase
        #expect(record.state == .reported)

        let page = try site.text("reports/\(record.id)/report.html")
        #expect(page.contains("Kanarienvogel, Karl"))
        #expect(page.contains("1977-07-07"))
        let list = try site.text("reports/index.html")
        #expect(list.contains("ACC-77"))
        var audit = ""
        _ = try site.ledger.exportAudit { audit += $0 + "\n" }
        let elsewhere = [
            list, audit, site.lines.all.joined(separator: "\n"), try site.files("reports").joined(separator: "\n"),
            try site.files("state").joined(separator: "\n"), try site.text("reports/\(record.id)/result.json"),
        ]
        for canary in Self.canaries {
            for text in elsewhere { #expect(!text.contains(canary)) }
        }
        for name in try site.files("reports/\(record.id)") where name.hasSuffix(".json") {
            let text = try site.text("reports/\(record.id)/\(name)")
            for canary in Self.canaries { #expect(!text.contains(canary)) }
        }
        #expect(try site.ledger.cases(pseudonym: site.key.pseudonym(issuer: nil, patientID: "KENNUNG-4711")).count == 1)
    }
}
