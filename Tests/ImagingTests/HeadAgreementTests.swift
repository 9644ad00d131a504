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

    @Test func agreementDoesNotDependOnTheNumberOfThreads() throws {
        let (here, there) = (try outline(), try outline(shiftedBy: 8))
        for threads in [2, 3] { #expect(HeadAgreement(here, there, threads: threads) == HeadAgreement(here, there)) }
    }

    @Test func placesOfDifferentFramesAreNotCompared() throws {
        let agreement = HeadAgreement(try outline(), try outline(shiftedBy: 45), isComparable: false)
        #expect(agreement.reason == nil)
        #expect(agreement.quality.contains { $0.judgement == .information })
    }

    @Test func contrastsOfOneHeadTellOfEachOther() throws {
        func likeness(_ seed: UInt64, movedBy mm: Double = 0) throws -> Double {
            let t1w = try outline()
            var scan = HeadPhantom.make(grid: HeadCheckTests.grid, modality: .flairLike, seed: seed)
            scan.grid.affineRAS.translation.y += mm
            let flair = try #require(ScanCheck.examine(scan, as: .flair).outline)
            let found = HeadAgreement(t1w, flair).quality.first { $0.name.contains("mutual information") }
            return try #require(found).value
        }
        let own = try likeness(4)
        #expect(own > 0.1)
        // Wherever the header puts it, and more than any other head tells.
        #expect(try abs(likeness(4, movedBy: 11) - own) < 0.05)
        #expect(try likeness(9) < own / 2)
    }
}

/// The pairs on which the limit was drawn.
@Suite(.enabled(if: SharedData.isPresent, "needs real images: FCDWATCH_SHARED")) struct HeadAgreementOnRealScansTests {
    @Test(arguments: ["patient07", "patient19"], ["patient07", "patient19"])
    func scansAgreeWhereTheyAreOfOnePatient(first: String, second: String) throws {
        let t1w = ScanCheck.examine(try SharedData.scan("nifti/openms_mni/\(first)/", "T1_"), as: .t1w)
        let flair = ScanCheck.examine(try SharedData.scan("nifti/openms_mni/\(second)/", "FLAIR_"), as: .flair)
        let agreement = HeadAgreement(try #require(t1w.outline), try #require(flair.outline))
        #expect(agreement.reason?.code == (first == second ? nil : "T1W_FLAIR_DISAGREE"))
    }
}
