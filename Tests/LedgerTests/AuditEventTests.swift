import Ledger
import Testing

@Suite struct AuditEventTests {
    @Test(arguments: ["patientName", "PatientID", "patient_birth_date", "path", "file-name", "StudyInstanceUID"])
    func bodyThatWouldNameAPatientIsRefused(key: String) throws {
        let site = try Site()
        let ledger = try site.open()
        for body: [String: AuditValue] in [[key: "x"], ["a": [["b": .object([key: 1])]]]] {
            let error = try #require(throws: LedgerError.self) {
                try ledger.audit(AuditEvent(.inputReceived, body: body))
            }
            #expect(error.code == .auditBody)
            #expect(error.subject == key)
        }
        #expect(try ledger.head() == nil)
    }

    @Test func everyKindIsStoredUnderItsName() throws {
        let site = try Site()
        let ledger = try site.open()
        try ledger.commit { transaction in
            for kind in AuditEvent.Kind.allCases { try transaction.audit(AuditEvent(kind)) }
        }
        #expect(try ledger.audit().map(\.event) == AuditEvent.Kind.allCases.map(\.rawValue))
        #expect(try ledger.verifyAudit().isIntact)
    }
}
