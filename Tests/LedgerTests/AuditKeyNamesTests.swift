import Ledger
import Testing

@Suite struct AuditKeyNamesTests {
    let key: AuditKey

    init() throws {
        key = try AuditKey(bytes: Array(0..<32))
    }

    /// Computed by a script of its own from the definitions (Python's hmac and hashlib).
    @Test func namesAreAsDefined() {
        #expect(key.pseudonym(issuer: nil, patientID: "PAT-1") == "3d8124826e78a0b7")
        #expect(key.studyKey(studyInstanceUID: "1.2.3") == "6f3e51d064f78c11e5a602d65128cdd3")
    }

    @Test func blanksAroundAnIdentifierDoNotCount() {
        #expect(key.pseudonym(issuer: " ", patientID: " PAT-1 \0") == key.pseudonym(issuer: nil, patientID: "PAT-1"))
        #expect(key.pseudonym(issuer: nil, patientID: "PAT 1") != key.pseudonym(issuer: nil, patientID: "PAT1"))
    }

    @Test func issuerAndIdentifierDoNotRunTogether() {
        #expect(key.pseudonym(issuer: "AB", patientID: "C") != key.pseudonym(issuer: "A", patientID: "BC"))
        #expect(key.pseudonym(issuer: "A", patientID: "B") != key.pseudonym(issuer: nil, patientID: "AB"))
    }

    @Test func purposesGiveDifferentNames() {
        let names = [key.caseKey("a"), key.seriesKey("a"), key.instanceKey("a")]
        #expect(Set(names).count == 3)
        #expect(names.allSatisfy { $0.count == 32 && $0.allSatisfy { $0.isHexDigit && !$0.isUppercase } })
        #expect(key.pathKey("a").count == 16)
        #expect(key.caseKey("a", nil) != key.caseKey("a", ""))
    }

    @Test func otherSiteGivesOtherNames() throws {
        let other = try AuditKey(bytes: Array(1...32))
        #expect(key.pseudonym(issuer: nil, patientID: "P") != other.pseudonym(issuer: nil, patientID: "P"))
    }
}
