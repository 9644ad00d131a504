/// Something that happened, as it is handed to the ledger; the ledger adds order, time, run and seal.
package struct AuditEvent: Sendable {
    /// The vocabulary. Names are stable: documentation and filters use them.
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case start, stop
        /// A start found work that an earlier run left unfinished.
        case recovered
        case configurationLoaded
        case modelLoaded, modelRefused
        case inputReceived, inputRefused, inputAssigned
        /// The same bytes came before.
        case duplicate
        /// The same identifier came before with other bytes.
        case conflict
        case studyDiscovered, studyWaiting, studyComplete, studyIncomplete
        case superseded
        case attemptStarted, stepFailed
        case inference
        case notAssessable, caseFailed
        case reportPublished
        case retry, cancelled
        /// A case was put at the head of the queue.
        case prioritised
        /// A finished study is screened again because somebody asked for it.
        case rescreen
        /// The daily look at whether the night was as it should be.
        case nightChecked
        case prune
        /// The head was written somewhere outside the ledger.
        case anchor
    }

    package var kind: Kind
    /// `ok`, or a stable reason code.
    package var outcome: String
    package var caseID: String?
    /// SHA-256 of the file or the object that it is about.
    package var objectSHA256: String?
    /// SHA-256 of the model bundle involved.
    package var modelSHA256: String?
    /// Facts. Never a name, an identifier, a date or a path of a patient: `forbiddenKeys` are refused.
    package var body: [String: AuditValue]

    /// The kind's stable name.
    package var event: String { kind.rawValue }

    package init(
        _ kind: Kind, outcome: String = "ok", caseID: String? = nil, objectSHA256: String? = nil,
        modelSHA256: String? = nil, body: [String: AuditValue] = [:]
    ) {
        self.kind = kind
        self.outcome = outcome
        self.caseID = caseID
        self.objectSHA256 = objectSHA256
        self.modelSHA256 = modelSHA256
        self.body = body
    }

    /// Keys that a body may hold at no depth, without regard to case, `_` and `-`: their values would name a patient.
    package static let forbiddenKeys: Set<String> = [
        "patientname", "patientid", "patientbirthdate", "birthdate", "patientsex", "patientaddress", "otherpatientids",
        "issuer", "issuerofpatientid", "accession", "accessionnumber", "studydate", "studytime", "studyinstanceuid",
        "seriesinstanceuid", "sopinstanceuid", "studydescription", "seriesdescription", "path", "relativepath",
        "absolutepath", "filepath", "filename",
    ]

    /// The body as it is stored.
    ///
    /// - Throws: `LEDGER_AUDIT_BODY` for a forbidden key and for a number that is not finite.
    func canonicalBody() throws(LedgerError) -> String {
        let value = AuditValue.object(body)
        try AuditEvent.refuseForbiddenKeys(in: value)
        return try value.canonicalJSON()
    }

    private static func refuseForbiddenKeys(in value: AuditValue) throws(LedgerError) {
        switch value {
        case .object(let members):
            for (key, member) in members {
                let plain = key.lowercased().filter { $0 != "_" && $0 != "-" }
                guard !forbiddenKeys.contains(plain) else {
                    throw LedgerError(
                        .auditBody,
                        "An audit body must not hold this; use the pseudonym, a keyed name or a hash instead.",
                        subject: key)
                }
                try refuseForbiddenKeys(in: member)
            }
        case .array(let members):
            for member in members { try refuseForbiddenKeys(in: member) }
        case .null, .bool, .int, .double, .string: break
        }
    }
}
