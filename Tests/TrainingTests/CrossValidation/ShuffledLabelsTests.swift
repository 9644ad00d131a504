import Testing
import Training

@Suite struct ShuffledLabelsTests {
    private static func people(_ count: Int, paired: Bool) -> [Subject] {
        (0..<count).map {
            Subject(
                id: "sub-\(100 + $0)", group: $0 % 2 == 0 ? .control : .fcd, scans: [:],
                attributes: paired ? ["pair": "\($0 / 2)"] : [:])
        }
    }

    private static func fold(_ people: [Subject]) -> FoldPlan.Fold {
        let ids = people.map(\.id)
        return FoldPlan.Fold(
            train: Array(ids[..<24]), validation: Array(ids[24..<32]), test: Array(ids[32...]))
    }

    @Test(arguments: [false, true]) func partsKeepTheirCountsAndTestTheirLabels(paired: Bool) {
        let people = Self.people(40, paired: paired)
        let fold = Self.fold(people)
        let shuffled = ShuffledLabels.make(people, fold: fold, seed: 3)
        #expect(shuffled.map(\.id) == people.map(\.id))
        for part in [fold.train, fold.validation] {
            #expect(shuffled.count { part.contains($0.id) && $0.group == .fcd } == part.count / 2)
        }
        #expect(shuffled.suffix(8).map(\.group) == people.suffix(8).map(\.group))
        for part in [fold.train, fold.validation] {
            let kept = zip(shuffled, people).count { part.contains($0.id) && $0.group == .fcd && $1.group == .fcd }
            #expect(kept == part.count / 4, "half of those called patients are patients")
        }
        #expect(ShuffledLabels.make(people, fold: fold, seed: 3) == shuffled)
        #expect(ShuffledLabels.make(people, fold: fold, seed: 4) != shuffled)
    }

    @Test func pairsStayOneOfEach() {
        let people = Self.people(40, paired: true)
        let shuffled = ShuffledLabels.make(people, fold: Self.fold(people), seed: 9)
        for pair in 0..<20 {
            #expect(Set(shuffled[(2 * pair)...(2 * pair + 1)].map(\.group)).count == 2)
        }
    }
}
