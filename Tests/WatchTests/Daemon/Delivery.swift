import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Testing
import Watch

/// A made-up DICOM study outside the inbox, sent in parts as a test wants it.
final class Delivery {
    enum Series: Int {
        case localizer = 1
        case t1w, flair
    }

    let study: SyntheticStudy
    private let site: NightSite
    private var files: [Series: [String]] = [:]

    init(
        _ site: NightSite, seed: UInt64 = 9, patientID: String = "KENNUNG-4711", accession: String = "ACC-77"
    ) {
        self.site = site
        study = SyntheticStudy(
            patient: SyntheticPatient(
                name: "Kanarienvogel^Karl", patientID: patientID, birthDate: "19770707", sex: "M"),
            seed: seed, date: "20260105", time: "213000", accessionNumber: accession)
    }

    /// Sends a T1w alone and lets the wait for the FLAIR run out.
    ///
    /// - Returns: what was sent, for more of it, and the reported case.
    static func reportedWithT1Alone(_ site: NightSite) async throws -> (delivery: Delivery, reported: CaseRecord) {
        try await site.daemon.prepare(adopts: false)
        let delivery = Delivery(site)
        try delivery.send(.t1w)
        try await site.settle()
        try await site.pass(seconds: (NightSite.pairWaitMinutes + 1) * 60)
        try await site.screenAll()
        let record = try site.onlyCase
        #expect(record.state == .reported)
        return (delivery, record)
    }

    /// Slices of a series.
    func count(_ series: Series) throws -> Int { try made(series).count }

    /// Copies files of a series into a sub-folder of the inbox; all where `slices` is nil.
    func send(_ series: Series, slices: Range<Int>? = nil, to folder: String = "study") throws {
        try site.folder.makeFolder("inbox/" + folder)
        for (place, path) in try made(series).enumerated() where slices?.contains(place) ?? true {
            let name = (path as NSString).lastPathComponent
            try FileManager.default.copyItem(atPath: path, toPath: site.folder.path + "/inbox/\(folder)/" + name)
        }
    }

    /// The bytes of one file.
    func bytes(_ series: Series, slice: Int) throws -> [UInt8] { try site.folder.read(try made(series)[slice]) }

    private func made(_ series: Series) throws -> [String] {
        if let known = files[series] { return known }
        let grid = VoxelGrid(
            shape: [92, 115, 115],
            affineRAS: Affine(spacing: [1.9, 1.9, 1.9], origin: HeadPhantom.standardGrid.affineRAS.translation))
        var sequence = series == .flair ? MRSequence.spaceFLAIR : .mprage
        var skipping: Set<Int> = []
        if series == .localizer {
            sequence.imageType = "ORIGINAL\\PRIMARY\\M\\LOCALIZER"
            sequence.seriesDescription = "localizer"
            skipping = Set(3..<115)
        }
        let head = HeadPhantom.make(grid: grid, modality: series == .flair ? .flairLike : .t1Like, seed: 4)
        let paths = try SeriesWriter(study).write(
            head, as: sequence, seriesNumber: series.rawValue, plane: .axial, skipping: skipping,
            into: site.folder.path + "/sent/\(study.seed)")
        files[series] = paths
        return paths
    }
}
