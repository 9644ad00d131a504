import Imaging
import Simulation
import Testing

/// The product's own checks take made-up scans for what they are named.
@Suite struct ProductChecksTests {
    @Test(arguments: [(1, false), (4, false), (3, true)] as [(UInt64, Bool)])
    func madeUpScansPass(seed: UInt64, stripped: Bool) throws {
        let pair = SmallHead.plan(spacingMM: 2, stripped: stripped).pair(seed: seed)
        let head = SimulatedSubject(seed: seed).scan(pair, amplitude: 0)
        for (scan, contrast) in [(head.t1w, ExpectedContrast.t1w), (head.flair, .flair)] {
            let check = ScanCheck.examine(scan, as: contrast)
            #expect(check.reasons.map(\.code) == [])
            let kind: InputKind = stripped ? .stripped : .fullHead
            #expect(check.head.inputKind == kind)
            let prepared = try PreprocessingPlan.standard(kind).prepare(scan, input: kind)
            #expect(!prepared.quality.contains { $0.judgement == .fail })
        }
    }
}
