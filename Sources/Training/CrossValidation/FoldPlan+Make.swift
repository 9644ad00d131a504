import ConvNet
package import Screening

extension FoldPlan {
    /// Folds that hold the groups and the acquisitions in equal shares, as nearly as whole subjects allow.
    ///
    /// Subjects of a pair go together, and all that were made from one scan. Those without a scan of the modality, or
    /// of another acquisition than the settings are limited to, are in no fold. The same subjects, settings and
    /// modality give the same folds, in whatever order the subjects come.
    ///
    /// - Throws: `DATASET_TOO_SMALL` where a part of a fold would lack a group; `SETTINGS_INVALID`.
    package static func make(
        subjects: [Subject], modality: Modality, settings: TrainingProtocol.Folds
    ) throws(TrainingError) -> FoldPlan {
        try settings.validate()
        let units = try units(subjects, modality, settings)
        var tests = [[Unit]](repeating: [], count: settings.count)
        for (stratum, some) in strata(units) {
            var generator = SeededGenerator(seed: settings.seed, "folds", modality.rawValue, stratum)
            for unit in some.shuffled(using: &generator) {
                tests[emptiest(tests, for: unit)].append(unit)
            }
        }
        let folds = tests.indices.map { index in
            let rest = tests.indices.filter { $0 != index }.flatMap { tests[$0] }
            let validation = validation(of: rest, settings, fold: index, modality)
            let train = rest.filter { unit in !validation.contains(unit) }
            return Fold(train: labels(train), validation: labels(validation), test: labels(tests[index]))
        }
        let plan = FoldPlan(seed: settings.seed, folds: folds)
        let groups = Dictionary(uniqueKeysWithValues: subjects.map { ($0.id, $0.group) })
        for fold in folds {
            for part in [fold.train, fold.validation, fold.test] {
                guard Set(part.compactMap { groups[$0] }).count == Subject.Group.allCases.count else {
                    throw tooSmall(units, modality, settings)
                }
            }
        }
        return plan
    }

    /// Whoever is never divided: one subject, a pair, or all with one source.
    private struct Unit: Hashable {
        /// Sorted.
        var labels: [String]
        /// Group and acquisition of each member, sorted.
        var stratum: String
        var controls: Int
        var patients: Int
    }

    private static func units(
        _ subjects: [Subject], _ modality: Modality, _ settings: TrainingProtocol.Folds
    ) throws(TrainingError) -> [Unit] {
        let scanned = subjects.filter { subject in
            guard let scan = subject.scans[modality] else { return false }
            return settings.acquisition.isEmpty || scan.acquisition == settings.acquisition
        }
        guard Set(scanned.map(\.id)).count == scanned.count else {
            throw TrainingError(.dataSetInvalid, "Two subjects have the same label. Rename one.")
        }
        // Kin have a blank in their label, which no subject has.
        let members = Dictionary(grouping: scanned) { $0.kin ?? $0.id }
        let units = members.values.map { some in
            Unit(
                labels: some.map(\.id).sorted(),
                stratum: some.map { "\($0.group.rawValue) \($0.scans[modality]?.acquisition ?? "")" }.sorted()
                    .joined(separator: ", "),
                controls: some.count { $0.group == .control }, patients: some.count { $0.group == .fcd })
        }
        return units.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }

    /// By name; the largest first, so that rare ones fill up what the common ones leave uneven.
    private static func strata(_ units: [Unit]) -> [(String, [Unit])] {
        Dictionary(grouping: units, by: \.stratum)
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { ($0.key, $0.value) }
    }

    /// The fold with the fewest of the unit's stratum; of those, with the fewest of its groups; of those, the smallest.
    private static func emptiest(_ folds: [[Unit]], for unit: Unit) -> Int {
        func rank(_ index: Int) -> (Int, Int, Int, Int) {
            let fold = folds[index]
            let alike = fold.count { $0.stratum == unit.stratum }
            let group = fold.reduce(0) {
                $0 + (unit.controls > 0 ? $1.controls : 0) + (unit.patients > 0 ? $1.patients : 0)
            }
            return (alike, group, fold.reduce(0) { $0 + $1.labels.count }, index)
        }
        return folds.indices.min { rank($0) < rank($1) } ?? 0
    }

    /// A share of each stratum, rounded so that the whole has its share (largest remainders), with both groups in it.
    private static func validation(
        of rest: [Unit], _ settings: TrainingProtocol.Folds, fold: Int, _ modality: Modality
    ) -> Set<Unit> {
        let strata = strata(rest)
        let total = Int((Double(rest.count) * settings.validationShare).rounded())
        let exact = strata.map { Double($0.1.count) * settings.validationShare }
        var counts = exact.map { Int($0) }
        let byRemainder = strata.indices.sorted { a, b in
            (exact[b] - exact[b].rounded(.down), a) < (exact[a] - exact[a].rounded(.down), b)
        }
        for index in byRemainder where counts.reduce(0, +) < total { counts[index] += 1 }
        for has in [{ (unit: Unit) in unit.controls > 0 }, { $0.patients > 0 }] {
            let own = strata.indices.filter { strata[$0].1.contains(where: has) }
            if own.allSatisfy({ counts[$0] == 0 }), let first = own.first { counts[first] = 1 }
        }
        var chosen: Set<Unit> = []
        for (index, (stratum, some)) in strata.enumerated() {
            var generator = SeededGenerator(
                seed: settings.seed, "validation", modality.rawValue, String(fold), stratum)
            chosen.formUnion(some.shuffled(using: &generator).prefix(counts[index]))
        }
        return chosen
    }

    private static func labels(_ units: some Collection<Unit>) -> [String] { units.flatMap(\.labels).sorted() }

    private static func tooSmall(
        _ units: [Unit], _ modality: Modality, _ settings: TrainingProtocol.Folds
    ) -> TrainingError {
        let controls = units.reduce(0) { $0 + $1.controls }
        let patients = units.reduce(0) { $0 + $1.patients }
        let limit = settings.acquisition.isEmpty ? "" : " of acq-\(settings.acquisition)"
        return TrainingError(
            .tooFewSubjects,
            "\(controls) controls and \(patients) patients with a \(modality.rawValue) scan\(limit) are too few for "
                + "\(settings.count) folds with both groups in training, validation and test. Add subjects, use fewer "
                + "folds"
                + (settings.acquisition.isEmpty ? "." : ", or take every acquisition."))
    }
}
