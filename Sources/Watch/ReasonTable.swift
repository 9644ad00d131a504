import DICOM
package import Imaging
import Screening

/// Every stable code with a sentence that says what it means and what to do: one table for pages and documentation.
package enum ReasonTable {
    /// What to do about a code; a pointer to the documentation for one that is not in the table.
    package static func sentence(for code: String) -> String {
        sentences[code] ?? "See the table of codes in the documentation, or run fcdwatch explain on the case."
    }

    /// All codes in order.
    package static let all: [Reason] = sentences.map { Reason(code: $0.key, message: $0.value) }
        .sorted { $0.code < $1.code }

    private static let sentences: [String: String] = {
        var table: [String: String] = [:]
        for code in DICOMCode.allCases { table[code.rawValue] = code.meaning + " " + code.advice }
        for refusal in TakeRefusal.allCases { table[refusal.rawValue] = refusal.message }
        for outcome in WorkerOutcome.withCodes { outcome.code.map { table[$0] = outcome.message } }
        for code in WatchError.Code.allCases { table[code.rawValue] = table[code.rawValue] ?? code.sentence }
        for code in ImagingError.Code.allCases { table[code.rawValue] = table[code.rawValue] ?? code.sentence }
        for code in GateCode.allCases { table[code.rawValue] = code.sentence }
        for code in QualityCode.allCases { table[code.rawValue] = code.sentence }
        for code in SightCode.allCases { table[code.rawValue] = code.sentence }
        table[ScreeningError.Code.profileInvalid.rawValue] =
            "The profile is not what it should be. Correct its profile.json, then retry the case."
        table[ScreeningError.Code.noModel.rawValue] =
            "No model may be used here. Configure research models, restart the service, then retry the case."
        table["MODEL_…"] =
            "A model is not what its manifest says. Screening stops until fcdwatch models verify is clean; restore the bundle."
        return table
    }()
}

extension WorkerOutcome {
    /// One of each kind that has a code.
    static let withCodes: [WorkerOutcome] = [
        .exited(1), .signalled(11), .timedOut, .outOfMemory, .fileTooLarge, .badOutput("no result"),
        .couldNotStart("no program"), .cancelled,
    ]
}
