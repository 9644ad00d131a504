import DICOM
import Foundation
import Glibc
import Imaging
import Ledger
import Testing
import Watch

/// Names of files and identifiers as hostile senders choose them, from the inbox to the work list.
@Suite struct HostileNameTests {
    /// Every one holds `Kanarie`, which must be seen nowhere.
    private static let names: [[UInt8]] = [
        Array("Kanarie\nline.dcm".utf8), Array("Kanarie\r\u{1b}[31m.dcm".utf8), Array("-rf Kanarie".utf8),
        Array("--output=Kanarie".utf8), Array("Kanarie..%2f..%2f".utf8), Array("Kanarie\u{202e}mcd.exe".utf8),
        Array("Kanarie<script>alert(1)<".utf8), Array("Kanarie'; DROP TABLE inputs;--".utf8),
        Array("Kanarie %00%0a".utf8), Array("Kanarie ".utf8), Array("Kanarie".utf8) + [0xff, 0xfe, 0x80],
        Array("Kanarie\u{7}\u{9b}".utf8), Array("Kanarie\\..\\..\\".utf8),
        Array("Kanarie".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 245),
    ]

    /// Writes below the inbox, whatever the bytes of the name.
    private func write(_ bytes: [UInt8], as name: [UInt8], in folder: String) throws {
        let path = Array((folder + "/").utf8) + name + [0]
        let file = path.withUnsafeBytes { path in
            open(path.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY | O_EXCL, 0o600)
        }
        try #require(file >= 0, "errno \(errno)")
        defer { close(file) }
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress!, $0.count) }
        #expect(count == bytes.count)
    }

    /// The files of a small T1w series, one for each name.
    private func slices(_ folder: TemporaryFolder) throws -> [[UInt8]] {
        let patient = SyntheticPatient(name: "Test^Only", patientID: "T1", birthDate: "19700101", sex: "F")
        let study = SyntheticStudy(
            patient: patient, seed: 3, date: "20260105", time: "213000", accessionNumber: "A1")
        let grid = VoxelGrid(
            shape: [12, 12, Self.names.count], affineRAS: Affine(spacing: [1, 1, 1], origin: [-6, -6, -6]))
        let volume = Volume(grid: grid, voxels: [Float](repeating: 100, count: 144 * Self.names.count))
        return try SeriesWriter(study).write(
            volume, as: .mprage, seriesNumber: 2, plane: .axial, into: folder.path + "/source"
        ).map { try folder.read($0) }
    }

    /// Everything that people and programs read of a site.
    private func readable(_ site: NightSite) throws -> [String] {
        var audit = ""
        _ = try site.ledger.exportAudit { audit += $0 + "\n" }
        let reports = try site.files("reports")
        let pages = try reports.filter { $0.hasSuffix(".html") || $0.hasSuffix(".json") }
            .map { try site.text("reports/" + $0) }
        let state = try site.files("state")
        let notes = try state.filter { $0.hasSuffix("reason.json") }.map { try site.text("state/" + $0) }
        return pages + notes + [audit, site.lines.all.joined(separator: "\n")] + reports + state
    }

    @Test func filesOfAnyNameMakeOneStudy() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        for (bytes, name) in zip(try slices(site.folder), Self.names) {
            try write(bytes, as: name, in: site.folder.path + "/inbox")
        }
        try await site.settle()
        #expect(try site.ledger.counts().received == Self.names.count)
        #expect(try site.onlyCase.state == .waiting)
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        try await site.screenAll()
        try await site.pass(seconds: 6)
        #expect(try site.onlyCase.state == .notAssessable)
        #expect(try site.isAccountedFor)
        #expect(try site.files("inbox").isEmpty)
        for text in try readable(site) { #expect(!text.contains("Kanarie") && !text.contains("\u{202e}")) }
    }

    @Test func uselessFilesOfAnyNameAreRefused() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        for (index, name) in Self.names.enumerated() {
            try write([UInt8](repeating: UInt8(index), count: 300), as: name, in: site.folder.path + "/inbox")
        }
        try await site.settle()
        let counts = try site.ledger.counts()
        #expect(counts.received == Self.names.count)
        #expect(counts.inputs(.refused) == Self.names.count)
        #expect(counts.balanced)
        for text in try readable(site) { #expect(!text.contains("Kanarie") && !text.contains("\u{202e}")) }
    }

    @Test func hiddenNamesWaitAndNothingElseIsTouched() async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        for name in ["...", "....", "..Kanarie", ".\n"] {
            try write([1, 2, 3], as: Array(name.utf8), in: site.folder.path + "/inbox")
        }
        try await site.settle()
        #expect(try site.ledger.counts().received == 0)
        #expect(try site.files("inbox").count == 4)
    }

    @Test(arguments: ["../../../../../../tmp/", "/etc/fcdwatch/", "1.2\n3.4\u{1b}", "<script>alert(1)"])
    func identifiersThatAreNoneAreRefused(text: String) async throws {
        let site = try NightSite()
        try await site.daemon.prepare(adopts: false)
        var bytes = try slices(site.folder)[0]
        let stem = Array(
            SyntheticStudy(
                patient: SyntheticPatient(name: "Test^Only", patientID: "T1", birthDate: "19700101", sex: "F"), seed: 3,
                date: "20260105", time: "213000", accessionNumber: "A1"
            ).studyInstanceUID.utf8)
        let at = try #require(bytes.indices.first { bytes[$0...].starts(with: stem) })
        bytes.replaceSubrange(at..<(at + text.utf8.count), with: Array(text.utf8))
        try write(bytes, as: Array("1.dcm".utf8), in: site.folder.path + "/inbox")
        try await site.settle()
        let counts = try site.ledger.counts()
        #expect(counts.inputs(.refused) == 1)
        #expect(counts.inputCodes.compactMap(\.code) == ["IDENTIFIER_MISSING"])
        for part in ["etc/fcdwatch", "../", "<script>alert", "\u{1b}"] {
            for page in try readable(site).filter({ !$0.hasPrefix("<!DOCTYPE") }) { #expect(!page.contains(part)) }
        }
    }
}
