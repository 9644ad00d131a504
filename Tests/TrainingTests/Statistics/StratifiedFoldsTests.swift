import Testing
import Training

@Suite struct StratifiedFoldsTests {
    @Test func classesAreEvenAndPairsStayTogether() {
        let labels = (0..<60).map { $0 % 2 == 0 }
        let pairs: [String?] = (0..<60).map { $0 < 40 ? "pair \($0 / 2)" : nil }
        let folds = StratifiedFolds.assign(labels: labels, count: 5, seed: 3, pairs: pairs)
        for fold in 0..<5 {
            let members = folds.indices.filter { folds[$0] == fold }
            #expect(members.count == 12 && members.count { labels[$0] } == 6)
        }
        for pair in 0..<20 { #expect(folds[2 * pair] == folds[2 * pair + 1]) }
        #expect(folds == StratifiedFolds.assign(labels: labels, count: 5, seed: 3, pairs: pairs))
        #expect(folds != StratifiedFolds.assign(labels: labels, count: 5, seed: 4, pairs: pairs))
    }
}
