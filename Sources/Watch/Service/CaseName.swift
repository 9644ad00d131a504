package import Ledger

/// Names of cases: the same study gives the same names in the same order, and nobody can tell the study from them.
package enum CaseName {
    /// A study has fewer cases than this.
    private static let mostCases = 10_000

    /// True for text that looks like one.
    package static func isName(_ text: String) -> Bool {
        text.utf8.count == DaemonSettings.caseNameDigits
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// The name of a study's case of this number, counted from 1.
    package static func make(_ serial: Int, studyKey: String, key: AuditKey) -> String {
        String(key.caseKey(studyKey, String(serial)).prefix(DaemonSettings.caseNameDigits))
    }

    /// A name that no case of the study has yet.
    package static func free(
        studyKey: String, key: AuditKey, in transaction: borrowing Ledger.Transaction
    ) throws -> String {
        for serial in 1..<mostCases {
            let name = make(serial, studyKey: studyKey, key: key)
            if try transaction.case(name) == nil { return name }
        }
        throw WatchError(.ioFailed, "A study has more cases than can be; run `fcdwatch audit verify`.")
    }
}
