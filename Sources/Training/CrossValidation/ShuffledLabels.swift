import ConvNet

/// The check that a network learns from labels and from nothing else: with labels given out by chance it must score 0.5.
package enum ShuffledLabels {
    /// The subjects with the labels of one fold's training and validation parts permuted, each part by itself, so that every
    /// part keeps its number of patients. Test subjects keep theirs.
    ///
    /// The label is made independent of the truth in each part, not only on average: half of those who are called
    /// patients are patients, as near as the numbers allow. A network that sees the lesion would else follow whichever way
    /// the coins fell. Where both of a pair are in a part, one of them is called the patient: batches of pairs stay such.
    package static func make(_ subjects: [Subject], fold: FoldPlan.Fold, seed: UInt64) -> [Subject] {
        var generator = SeededGenerator(seed: seed ^ 0x7368_7566_666c_65)
        var result = subjects
        for part in [fold.train, fold.validation] {
            let members = Set(part)
            let places = subjects.indices.filter { members.contains(subjects[$0].id) }
                .sorted { subjects[$0].id < subjects[$1].id }
            let pairs = Dictionary(grouping: places.filter { subjects[$0].pair != nil }) { subjects[$0].pair ?? "" }
                .filter { $0.value.count == 2 }
            let order = pairs.sorted { $0.key < $1.key }.map(\.value).shuffled(using: &generator)
            for pair in order.prefix(order.count / 2) {
                let first = result[pair[0]].group
                result[pair[0]].group = result[pair[1]].group
                result[pair[1]].group = first
            }
            let paired = Set(pairs.values.joined())
            let single = places.filter { !paired.contains($0) }.shuffled(using: &generator)
            let patients = single.filter { subjects[$0].group == .fcd }
            let controls = single.filter { subjects[$0].group == .control }
            guard !single.isEmpty else { continue }
            // So many of either group are called patients as there are patients, each group in proportion to its size.
            let kept = (patients.count * patients.count + single.count / 2) / single.count
            let called = Set(patients.prefix(kept) + controls.prefix(patients.count - kept))
            for place in single { result[place].group = called.contains(place) ? .fcd : .control }
        }
        return result
    }
}
