import Testing
import Watch

@Suite struct KeptFilesTests {
    private func file(_ inode: UInt64, size: Int64 = 1) -> FileIdentity {
        FileIdentity(device: 1, inode: inode, size: size, mtimeNS: 1)
    }

    private func look(_ kept: inout KeptFiles, _ seen: [FileIdentity], isTruncated: Bool = false) {
        kept.beginLook()
        for identity in seen { kept.see(identity) }
        kept.endLook(isTruncated: isTruncated)
    }

    @Test func filesAreKnownByTheirState() {
        var kept = KeptFiles()
        kept.remember(file(1))
        #expect(kept.contains(file(1)))
        #expect(!kept.contains(file(1, size: 2)))
        #expect(kept.refusal(of: file(1)) == nil)
    }

    @Test func refusedFilesAreKnownWithTheirReasonAndAreNotTaken() {
        var kept = KeptFiles()
        kept.remember(file(1), refused: .empty)
        #expect(kept.refusal(of: file(1)) == .empty)
        #expect(!kept.contains(file(1)))
    }

    @Test func whatIsGoneIsForgotten() {
        var kept = KeptFiles([file(1), file(2)])
        look(&kept, [file(1), file(3)])
        #expect(kept.count == 1)
        #expect(kept.contains(file(1)))
        look(&kept, [file(1, size: 2)])
        #expect(kept.count == 0)
    }

    @Test func aTruncatedLookForgetsNothing() {
        var kept = KeptFiles([file(1)])
        look(&kept, [], isTruncated: true)
        #expect(kept.count == 1)
        for _ in 0..<300 { look(&kept, [file(1)]) }
        #expect(kept.count == 1)
    }

    @Test func whatIsRememberedDuringALookStays() {
        var kept = KeptFiles()
        kept.beginLook()
        kept.remember(file(1))
        kept.endLook(isTruncated: false)
        #expect(kept.count == 1)
    }
}
