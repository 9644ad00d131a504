import DICOM
import Foundation
import Imaging
import Ledger
import Testing
import Watch

@Suite struct DemoStudiesTests {
    @Test func filesAreWhatTheListSays() throws {
        let inbox = try DemoInbox()
        let evening = try inbox.studies.write(stage: 0)
        #expect(evening == inbox.fileCount())
        let later = try inbox.studies.write(stage: 1)
        #expect(later > 0)
        #expect(evening + later == inbox.fileCount())
        for study in DemoStudies.all {
            #expect(inbox.files(of: study).count == study.files, "\(study.name)")
            #expect(study.stages.isSubset(of: [0, 1]))
        }
        #expect(try inbox.studies.write(stage: 2) == 0)

        try expectChoices(in: inbox)
        try expectHeads(in: inbox)
    }

    @Test func namesAreDistinctAndCodesGoWithFailures() {
        #expect(Set(DemoStudies.all.map(\.name)).count == DemoStudies.all.count)
        for study in DemoStudies.all {
            #expect((study.expectedState == .reported) == study.expectedCodes.isEmpty, "\(study.name)")
        }
    }

    /// The headers say what the list expects: two series to screen, or one code for all that is there.
    private func expectChoices(in inbox: DemoInbox) throws {
        for name in ["1-whole-study", "6-late-flair"] {
            let outcome = try inbox.choice(of: name)
            #expect(outcome.t1w != nil && outcome.flair != nil, "\(name)")
        }
        for name in ["2-missing-slice", "3-thick-slices"] {
            let study = try #require(DemoStudies.all.first { $0.name == name })
            let outcome = try inbox.choice(of: name)
            #expect(outcome.t1w == nil && outcome.flair == nil, "\(name)")
            let codes = Set(outcome.reasons.map { $0.reason?.code.rawValue })
            #expect(codes == [study.expectedCode], "\(name)")
        }
    }

    private func expectHeads(in inbox: DemoInbox) throws {
        let whole = try Converter.volume(of: #require(try inbox.choice(of: "1-whole-study").flair))
        #expect(HeadCheck.examine(whole).reasons == [])
        let bottle = try Converter.volume(of: #require(try inbox.choice(of: "7-bottle").t1w))
        #expect(HeadCheck.examine(bottle).reasons.map(\.code) == ["NOT_A_HEAD"])
    }
}

/// A folder of its own for one test, gone with it.
private final class DemoInbox {
    let studies: DemoStudies

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fcdwatch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        studies = DemoStudies(inbox: folder.path())
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: studies.inbox)
        } catch {
            // reason: a folder left in the temporary directory harms nothing, and deinit cannot throw.
        }
    }

    func files(of study: DemoStudy) -> [String] { files(below: studies.inbox + "/" + study.name) }

    func fileCount() -> Int { files(below: studies.inbox).count }

    func choice(of name: String) throws -> SeriesChoice.Outcome {
        let files = try files(below: studies.inbox + "/" + name).map { path in
            SourceFile(path: path, header: try DICOMFile.read(path, limits: .init()).header)
        }
        return SeriesChoice.choose(SeriesBuilder.series(of: files))
    }

    private func files(below folder: String) -> [String] {
        (FileManager.default.subpaths(atPath: folder) ?? []).sorted().map { folder + "/" + $0 }
            .filter { path in
                var isFolder = ObjCBool(false)
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            }
    }
}
