import Testing
import Watch

@Suite struct TimeSourceTests {
    @Test func monotonicTimeGrows() {
        let time = SystemTime()
        let first = time.monotonicNS()
        #expect(first > 0)
        #expect(time.monotonicNS() >= first)
        #expect(time.utcUS() > 1_700_000_000_000_000)
    }

    @Test func theBootHasAName() throws {
        let boot = try BootID.read()
        #expect(boot.count == 32 && boot.allSatisfy(\.isHexDigit))
    }
}
