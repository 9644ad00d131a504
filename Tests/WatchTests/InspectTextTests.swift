import DICOM
import Foundation
import Imaging
import Testing
import Watch

@Suite struct InspectTextTests {
    private func lines(_ series: [[String: Any]], rules: Int = 0) throws -> [String] {
        let study: [String: Any] = [
            "studyInstanceUID": "1.2", "identity": [String: Any](), "identityVaries": false, "series": series,
            "notes": [Any](), "alarms": [Any](),
        ]
        let bytes = try JSONSerialization.data(withJSONObject: study)
        let report = InspectReport(
            studies: [try JSONDecoder().decode(StudyReport.self, from: bytes)], images: [], refused: [])
        return InspectText(report, files: [], rules: rules).lines
    }

    private func series(_ number: Int, chosenFor: String? = nil, reason: Reason? = nil) throws -> [String: Any] {
        let physics = try JSONSerialization.jsonObject(with: JSONEncoder().encode(Acquisition()))
        var found: [String: Any] = [
            "seriesInstanceUID": "1.2.\(number)", "number": number, "description": "t1_mprage_sag", "modality": "MR",
            "manufacturer": "SIEMENS", "model": "Prisma", "stationName": "MR3", "imageType": [String](),
            "transferSyntaxUIDs": [String](), "files": 192, "frames": 192, "duplicates": 0, "fileIndices": [Int](),
            "duplicateIndices": [Int](), "physics": physics, "completeness": ["state": "unknown", "words": "-"],
            "contrast": "T1w", "contrastWhy": "Physics says T1w.", "rule": 2,
            "decision": "Rule 2 of the configuration prefers it.",
            "notes": chosenFor == nil ? [] : [["code": "A_NOTE", "message": "Read this."]],
        ]
        found["chosenFor"] = chosenFor
        found["reason"] = reason.map { ["code": $0.code, "message": $0.message] }
        return found
    }

    @Test func everySeriesSaysWhatDecided() throws {
        let found = try lines([series(3, chosenFor: "T1w")], rules: 2)
        #expect(
            found == [
                "NO  IMAGES  SIZE  VOXEL MM  CHOSEN",
                "3   192     -     -         T1w",
                "    \"t1_mprage_sag\", SIEMENS Prisma, station MR3",
                "    Physics says T1w.",
                "    Rule 2 of the configuration prefers it.",
                "    A_NOTE: Read this.",
                "2 [[series]] rules of the configuration applied.",
            ])
    }

    @Test func noLineIsWiderThanATerminal() throws {
        let reason = Reason(code: "AMBIGUOUS_SERIES", message: String(repeating: "many words follow ", count: 40))
        let found = try lines([series(3, reason: reason), series(4, reason: reason)])
        #expect(found.allSatisfy { $0.count <= InspectText.width })
        #expect(found.count > 10)
    }

    @Test func physicsIsSaidOnce() throws {
        let reason = Reason(code: "CONTRAST_NOT_T1W_OR_FLAIR", message: "Physics says T1w. Nothing to do.")
        let found = try lines([series(3, reason: reason)])
        #expect(found.count { $0.contains("Physics says") } == 1)
    }
}
