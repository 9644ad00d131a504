import DICOM
import Foundation
import Imaging
import Screening
import Testing
import Watch

@Suite struct WorkerJobTests {
    private let file = JobFile(path: "/spool/1", name: "a/b.dcm", sha256: "00")

    @Test func jobsSurviveJSON() throws {
        for job in [
            WorkerJob.inspect(
                InspectJob(
                    files: [file], question: .readiness,
                    seriesRules: [SeriesRule(number: 1, description: "*km*", use: .never)])),
            .convert(ConvertJob(files: [file], output: "/out.nii", series: "3")),
            .selftest(SelftestJob(bundles: ["/models/a.fcdmodel"], threads: 2)),
        ] {
            let bytes = try JSONEncoder().encode(job)
            let again = try JSONDecoder().decode(WorkerJob.self, from: bytes)
            #expect(try sorted(job) == sorted(again))
        }
    }

    private func sorted(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func unknownKindOfJobIsRefused() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(WorkerJob.self, from: Data(#"{"kind":"train","train":{}}"#.utf8))
        }
    }

    @Test func repliesTellAnswerFailureAndModelFaultApart() throws {
        let reason = Reason(code: "X", message: "y")
        let readiness = StudyReadiness(usable: [.t1w], incomplete: [.flair: reason])
        for reply in [WorkerReply.answer(readiness), .failure(reason), .modelFault(reason)] {
            let again = try JSONDecoder().decode(
                WorkerReply<StudyReadiness>.self, from: JSONEncoder().encode(reply))
            switch (reply, again) {
            case (.answer(let a), .answer(let b)):
                #expect(a.usable == b.usable)
                #expect(a.incomplete == b.incomplete)
            case (.failure(let a), .failure(let b)), (.modelFault(let a), .modelFault(let b)): #expect(a == b)
            default: Issue.record("a reply changed its kind")
            }
        }
    }
}
