import ConvNet

/// The check that a network learns from labels and from nothing else: with labels given out by chance it must score 0.5.
package enum ShuffledLabels {
    /// The subjects with the labels of one fold's training and validation parts permuted, each part by itself, so that every
    /// part keeps its number of patients. Test subjects keep theirs.
    ///
    /// Where both of a pair are in a part, a coin decides which of them is called the patient: batches of pairs stay such.
    package static func make(_ subjects: [Subject], fold: FoldPlan.Fold, seed: UInt64) -> [Subject] {
        var generator = SeededGenerator(seed: seed ^ 0x7368_7566_666c_65)
        var result = subjects
        for part in [fold.train, fold.validation] {
            let members = Set(part)
            let places = subjects.indices.filter { members.contains(subjects[$0].id) }
                .sorted { subjects[$0].id < subjects[$1].id }
            let pairs = Dictionary(grouping: places.filter { subjects[$0].pair != nil }) { subjects[$0].pair ?? "" }
                .filter { $0.value.count == 2 }
            for pair in pairs.sorted(by: { $0.key < $1.key }).map(\.value) where generator.uniform() < 0.5 {
                let first = result[pair[0]].group
                result[pair[0]].group = result[pair[1]].group
                result[pair[1]].group = first
            }
            let paired = Set(pairs.values.joined())
            let single = places.filter { !paired.contains($0) }
            let groups = single.map { subjects[$0].group }.shuffled(using: &generator)
            for (place, group) in zip(single, groups) { result[place].group = group }
        }
        return result
    }
}
