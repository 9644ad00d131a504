import Testing
import Training

@Suite struct BatchOrderTests {
    private static func order(
        paired: Bool = false, batch: Int = 4, seed: UInt64 = 1, fold: String = "a", subjects: [Subject]? = nil
    ) throws -> BatchOrder {
        var settings = TrainingProtocol()
        settings.seed = seed
        settings.fit.batch = batch
        settings.fit.pairedBatches = paired
        return try BatchOrder(settings, fold: fold, subjects: subjects ?? Cohort.subjects(10))
    }

    @Test func everybodyTrainsOncePerEpochInAnotherOrder() throws {
        let order = try Self.order()
        let first = order.batches(epoch: 1).flatMap(\.self).map(\.id)
        let second = order.batches(epoch: 2).flatMap(\.self).map(\.id)
        #expect(first.sorted() == (0..<10).map(Cohort.label) && second.sorted() == first.sorted())
        #expect(first != second)
        #expect(order.batches(epoch: 1).map(\.count) == [4, 4, 2])
    }

    @Test func theOrderFollowsFromSeedFoldAndEpochAlone() throws {
        let shuffled = Array(Cohort.subjects(10).reversed())
        #expect(try Self.order(subjects: shuffled).batches(epoch: 3) == Self.order().batches(epoch: 3))
        #expect(try Self.order(seed: 2).batches(epoch: 3) != Self.order().batches(epoch: 3))
        #expect(try Self.order(fold: "b").batches(epoch: 3) != Self.order().batches(epoch: 3))
    }

    @Test func bothOfAPairStandInOneBatchTurnedAlike() throws {
        let order = try Self.order(paired: true)
        for batch in order.batches(epoch: 5) {
            #expect(Dictionary(grouping: batch, by: \.pair).values.allSatisfy { $0.count == 2 })
            for subject in batch {
                let other = batch.first { $0.pair == subject.pair && $0.id != subject.id }
                #expect(other.map { order.rotation($0, epoch: 5) } == order.rotation(subject, epoch: 5))
            }
        }
        let single = try Self.order()
        let (one, two) = (Cohort.subjects(2)[0], Cohort.subjects(2)[1])
        #expect(single.rotation(one, epoch: 5) != single.rotation(two, epoch: 5))
    }

    @Test func pairsNeedPairs() {
        let alone = Cohort.subjects(4).map { Subject(id: $0.id, group: $0.group, scans: $0.scans) }
        let error = #expect(throws: TrainingError.self) { try Self.order(paired: true, subjects: alone) }
        #expect(error?.code == .settingsInvalid)
    }

    @Test func everyCopyOfABankIsUsedAsOften() throws {
        let order = try Self.order()
        let subject = Cohort.subjects(1)[0]
        let taken = (1...15).map { order.copy(subject, epoch: $0, of: 5) }
        for round in 0..<3 { #expect(taken[(round * 5)..<(round * 5 + 5)].sorted() == [0, 1, 2, 3, 4]) }
        #expect(Set((0..<5).map { order.rotation(subject, copy: $0) }).count == 5)
    }
}
