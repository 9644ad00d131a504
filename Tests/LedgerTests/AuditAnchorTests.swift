import Ledger
import Testing

@Suite struct AuditAnchorTests {
    @Test func textIsReadBack() {
        let anchor = AuditAnchor(seq: 12, hash: Site.hash(0xABC))
        #expect(AuditAnchor(anchor.description) == anchor)
    }

    @Test(arguments: ["", "1", "1:", ":", "0:\(Site.hash(1))", "-1:\(Site.hash(1))", "1:\(Site.hash(1))0", "1:2:3"])
    func otherTextsAreNone(text: String) {
        #expect(AuditAnchor(text) == nil)
    }
}
