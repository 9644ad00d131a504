import ConvNet

/// Which subjects stand together in each batch of an epoch, and how each is turned: the same for the same seed, fold and
/// epoch, whatever came before.
package struct BatchOrder: Sendable {
    private let seed: UInt64
    private let fold: String
    private let batch: Int
    private let rotationDegrees: Double
    private let isPaired: Bool
    /// Subjects that are never parted; sorted by the first label, those of one pair by group.
    private let units: [[Subject]]

    /// - Parameters:
    ///   - fold: names the fold; another name gives another order.
    ///   - subjects: who trains.
    /// - Throws: `SETTINGS_INVALID` where batches are to hold pairs and there are none, or the batch is too small.
    package init(
        _ settings: TrainingProtocol, fold: String, subjects: [Subject]
    ) throws(TrainingError) {
        seed = settings.seed
        self.fold = fold
        batch = settings.fit.batch
        rotationDegrees = settings.fit.rotationDegrees
        isPaired = settings.fit.pairedBatches
        let sorted = subjects.sorted { $0.id < $1.id }
        guard isPaired else {
            units = sorted.map { [$0] }
            return
        }
        guard batch >= 2, batch.isMultiple(of: 2) else {
            throw TrainingError(
                .settingsInvalid, "Batches of pairs hold an even number of scans.", subject: "fit.batch")
        }
        let pairs = Dictionary(grouping: sorted.filter { $0.pair != nil }) { $0.pair ?? "" }
        units =
            (pairs.values.map { $0.sorted { ($0.group.target, $0.id) < ($1.group.target, $1.id) } }
            + sorted.filter { $0.pair == nil }.map { [$0] }).sorted { $0[0].id < $1[0].id }
        guard units.contains(where: { $0.count > 1 }), units.allSatisfy({ $0.count <= batch }) else {
            throw TrainingError(
                .settingsInvalid,
                "Batches of pairs need subjects with the column `pair`, two or a few of each name. Set it to false.",
                subject: "fit.pairedBatches")
        }
    }

    /// The batches of an epoch, counted from 1. A unit that does not fit into what is left of a batch begins the next one.
    package func batches(epoch: Int) -> [[Subject]] {
        var generator = SeededGenerator(seed: seed, "order", fold, "\(epoch)")
        var batches: [[Subject]] = []
        var open: [Subject] = []
        for unit in units.shuffled(using: &generator) {
            if open.count + unit.count > batch {
                batches.append(open)
                open = []
            }
            open += unit
        }
        if !open.isEmpty { batches.append(open) }
        return batches
    }

    /// How a subject is turned in an epoch; both of a pair alike where batches hold pairs.
    package func rotation(_ subject: Subject, epoch: Int) -> Rotation {
        .random(
            within: rotationDegrees, seed: SeedName.seed(seed, ["angles", fold, "\(epoch)", name(subject)]))
    }

    /// How a copy of a bank is turned, counted from 0. The same in every fold, so that folds may share a bank.
    package func rotation(_ subject: Subject, copy: Int) -> Rotation {
        .random(within: rotationDegrees, seed: SeedName.seed(seed, ["bank", "\(copy)", name(subject)]))
    }

    /// Which of a bank's copies an epoch takes: each once in `copies` epochs, then again in another order.
    package func copy(_ subject: Subject, epoch: Int, of copies: Int) -> Int {
        let (round, place) = (epoch - 1).quotientAndRemainder(dividingBy: copies)
        var generator = SeededGenerator(seed: seed, "copies", fold, "\(round)", name(subject))
        return (0..<copies).shuffled(using: &generator)[place]
    }

    private func name(_ subject: Subject) -> String {
        isPaired ? subject.pair.map { "pair \($0)" } ?? subject.id : subject.id
    }
}
