extension AuditKey {
    /// What stands for a patient in file names, logs, audit rows and results: 16 hexadecimal digits.
    ///
    /// Blanks around either value do not count (DICOM PS3.5 §6.2, LO), and a blank issuer is no issuer.
    package func pseudonym(issuer: String?, patientID: String) -> String {
        keyed("pseudonym", [AuditKey.trimmed(issuer), AuditKey.trimmed(patientID) ?? ""], digits: 16)
    }

    /// What stands for one study, from its UID alone: 32 hexadecimal digits.
    ///
    /// The patient is not part of it: objects of one study that name different patients have to meet in one case, where
    /// the contradiction is seen.
    package func studyKey(studyInstanceUID: String) -> String {
        keyed("study", [AuditKey.trimmed(studyInstanceUID) ?? ""], digits: 32)
    }

    /// What stands for a case: 32 hexadecimal digits of whatever tells cases apart (a study key, a BIDS subject
    /// and session, a sub-folder; a counter where one study has several cases).
    package func caseKey(_ parts: String?...) -> String { keyed("case", parts, digits: 32) }

    /// What stands for a series, from its UID: 32 hexadecimal digits.
    package func seriesKey(_ parts: String?...) -> String { keyed("series", parts, digits: 32) }

    /// What stands for one SOP instance, from its UID: 32 hexadecimal digits.
    package func instanceKey(_ parts: String?...) -> String { keyed("instance", parts, digits: 32) }

    /// What stands for a path in logs and audit rows: 16 hexadecimal digits.
    package func pathKey(_ path: String) -> String { keyed("path", [path], digits: 16) }

    private static func trimmed(_ value: String?) -> String? {
        guard let value, let first = value.firstIndex(where: { $0 != " " && $0 != "\0" }),
            let last = value.lastIndex(where: { $0 != " " && $0 != "\0" })
        else { return nil }
        return String(value[first...last])
    }
}
