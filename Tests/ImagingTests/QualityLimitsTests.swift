import Foundation
import Imaging
import Testing

@Suite struct QualityLimitsTests {
    private func decoded(_ text: String) throws -> QualityLimits {
        try JSONDecoder().decode(QualityLimits.self, from: Data(text.utf8))
    }

    @Test func standardMakesSenseAndNamesEveryMeasure() {
        #expect(QualityLimits.standard.fault == nil)
        #expect(QualityMeasure.allCases.allSatisfy { QualityLimits.standard[$0] != QualityLimit() })
    }

    @Test func whatIsNotReplacedStaysStandard() throws {
        let limits = try decoded(#"{"statement": "our scanner", "limits": {"signalToNoise": {"least": 9}}}"#)
        #expect(limits[.signalToNoise] == QualityLimit(least: 9))
        #expect(limits[.largestVoxelMM] == QualityLimits.standard[.largestVoxelMM])
        #expect(limits.statement == "our scanner")
    }

    @Test func roundTripKeepsEverything() throws {
        let back = try JSONDecoder().decode(QualityLimits.self, from: JSONEncoder().encode(QualityLimits.standard))
        #expect(back == QualityLimits.standard)
    }

    @Test func unknownMeasureAndMissingStatementAreRefused() {
        #expect(throws: DecodingError.self) { try decoded(#"{"statement": "x", "limits": {"nose": {"least": 1}}}"#) }
        #expect(throws: DecodingError.self) { try decoded(#"{"limits": {}}"#) }
    }

    @Test func rangesOutOfOrderAreNamed() throws {
        let limits = try decoded(#"{"statement": "x", "limits": {"fineDetail": {"least": 2, "most": 1}}}"#)
        #expect(limits.fault?.field == "limits.fineDetail")
        #expect(try decoded(#"{"statement": "", "limits": {}}"#).fault?.field == "statement")
    }

    @Test func limitsDecide() {
        var limits = QualityLimits.standard
        limits[.signalToNoise] = QualityLimit(least: 500)
        let scan = HeadPhantom.make(grid: HeadCheckTests.grid, seed: 2)
        #expect(ScanCheck.examine(scan, as: .t1w, limits: limits).reasons.map(\.code) == ["IMAGE_NOISY"])
    }

    @Test func wordsNameTheEnds() {
        #expect(QualityLimit(least: 0.5).words == "at least 0.5")
        #expect(QualityLimit(most: 2).words == "at most 2")
        #expect(QualityLimit(least: 1, most: 2.5).words == "1 to 2.5")
        #expect(!QualityLimit(least: 0).allows(.nan))
    }
}
