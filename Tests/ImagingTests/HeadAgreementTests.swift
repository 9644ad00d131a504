import Imaging
import Testing

@Suite struct HeadAgreementTests {
    private func outline(shiftedBy mm: Double = 0, stripped: Bool = false, scale: Double = 1) throws -> HeadOutline {
        var scan = HeadPhantom.make(grid: HeadCheckTests.grid, seed: 4, stripped: stripped)
        scan.grid.affineRAS.translation.x += mm
        scan.grid.affineRAS.column1.y *= scale
        return try #require(ScanCheck.examine(scan, as: .t1w).outline)
    }

    @Test func oneHeadAgreesThoughItMoved() throws {
        let here = try outline()
        #expect(HeadAgreement(here, here).reason == nil)
        #expect(HeadAgreement(here, try outline(shiftedBy: 8)).reason == nil)
    }

    @Test func headElsewhereOrOfOtherSizeDisagrees() throws {
        let here = try outline()
        #expect(HeadAgreement(here, try outline(shiftedBy: 45)).reason?.code == "T1W_FLAIR_DISAGREE")
        #expect(HeadAgreement(here, try outline(scale: 1.2)).reason?.code == "T1W_FLAIR_DISAGREE")
    }

    @Test func strippedBrainLiesInsideItsHead() throws {
        let brain = try outline(stripped: true)
        #expect(HeadAgreement(try outline(), brain).reason == nil)
        #expect(HeadAgreement(try outline(shiftedBy: 60), brain).reason?.code == "T1W_FLAIR_DISAGREE")
    }

    @Test func placesOfDifferentFramesAreNotCompared() throws {
        let agreement = HeadAgreement(try outline(), try outline(shiftedBy: 45), isComparable: false)
        #expect(agreement.reason == nil)
        #expect(agreement.quality.contains { $0.judgement == .information })
    }
}
