package import Screening

/// The score that needs no image: how many of the training subjects scanned with this acquisition are patients.
///
/// Where groups were scanned differently, as in ds004199, it is far from chance, and a network can do as well by telling
/// scanners apart.
package enum ProtocolBaseline {
    /// The score of every test subject, by label.
    ///
    /// Counted are all subjects of the plan that do not test in the fold. An acquisition that none of them has gets the share
    /// of patients over all.
    package static func scores(subjects: [Subject], modality: Modality, plan: FoldPlan) -> [String: Double] {
        var known: [String: (acquisition: String, isPatient: Bool)] = [:]
        for subject in subjects {
            guard let scan = subject.scans[modality] else { continue }
            known[subject.id] = (scan.acquisition, subject.group == .fcd)
        }
        var result: [String: Double] = [:]
        for fold in plan.folds {
            var tally: [String: (patients: Int, all: Int)] = [:]
            var total = (patients: 0, all: 0)
            for id in fold.train + fold.validation {
                guard let subject = known[id] else { continue }
                let one = subject.isPatient ? 1 : 0
                let before = tally[subject.acquisition] ?? (0, 0)
                tally[subject.acquisition] = (before.patients + one, before.all + 1)
                total = (total.patients + one, total.all + 1)
            }
            for id in fold.test {
                guard let subject = known[id], total.all > 0 else { continue }
                let counts = tally[subject.acquisition] ?? total
                result[id] = Double(counts.patients) / Double(counts.all)
            }
        }
        return result
    }
}
