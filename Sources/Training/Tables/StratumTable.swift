package import Screening

/// Results of patients by how plain their lesion is: thirds of the severity, or of the lesion's volume.
package enum StratumTable {
    package enum Stratum: String, Sendable, CaseIterable {
        case severity
        case volume

        var words: String { self == .severity ? "severity" : "lesion volume" }
        var unit: String { self == .severity ? "" : " mL" }
        var names: [String] { self == .severity ? ["faint", "middle", "plain"] : ["small", "medium", "large"] }

        func value(_ row: ScanRow) -> Double? { self == .severity ? row.severity : row.lesionMillilitres }
    }

    /// One third of the patients of one modality.
    package struct Third: Sendable, Hashable {
        package var name: String
        package var lowest: Double
        package var highest: Double
        package var sensitivity: Proportion
        /// Of the third's patients against all controls.
        package var auc: ROC.Interval?
        package var heat: ModelOutcome.Heat
        package var peakNear: Proportion
    }

    /// The patients of one third.
    package struct Part: Sendable, Hashable {
        package var name: String
        package var lowest: Double
        package var highest: Double
        package var patients: [ScanRow]
    }

    /// Thirds by rank of the patients whose value is known; equal values stay together, so that the thirds may differ in
    /// size, and an empty one is left out.
    package static func parts(_ rows: [ScanRow], by stratum: Stratum) -> [Part] {
        let patients = rows.filter { $0.group == .fcd && stratum.value($0) != nil }
        let values = patients.compactMap(stratum.value).sorted()
        guard !values.isEmpty else { return [] }
        let bounds = [values[values.count / 3], values[values.count * 2 / 3]]
        return stratum.names.indices.compactMap { place in
            let members = patients.filter { row in
                let value = stratum.value(row) ?? 0
                return bounds.count { $0 <= value } == place
            }
            let own = members.compactMap(stratum.value)
            guard let lowest = own.min(), let highest = own.max() else { return nil }
            return Part(name: stratum.names[place], lowest: lowest, highest: highest, patients: members)
        }
    }

    /// The results of each of the `parts` among a modality's scored scans.
    package static func thirds(_ rows: [ScanRow], by stratum: Stratum, modality: Modality) -> [Third] {
        let scored = rows.filter { $0.modality == modality && $0.refusal == nil }
        let controls = scored.filter { $0.group == .control }.map(\.score)
        return parts(scored, by: stratum).map { part in
            Third(
                name: part.name, lowest: part.lowest, highest: part.highest,
                sensitivity: ModelOutcome.sensitivity(part.patients),
                auc: ROC.interval(
                    scores: part.patients.map(\.score) + controls,
                    labels: part.patients.map { _ in true } + controls.map { _ in false }),
                heat: ModelOutcome.Heat(part.patients),
                peakNear: ModelOutcome.peakNear(part.patients))
        }
    }

    /// - Parameter runs: the test scans of each run, and what the run is called; both modalities where a run has both.
    package static func table(_ runs: [(title: String, rows: [ScanRow])], by stratum: Stratum) -> ResultTable {
        var groups: [[[ResultTable.Cell]]] = []
        var correlations: [String] = []
        var notes = [
            "AUC: the third's patients against all controls. In brackets: 95 % intervals (Wilson, DeLong), or how many were scored."
        ]
        for run in runs {
            for modality in Modality.allCases {
                let thirds = thirds(run.rows, by: stratum, modality: modality)
                guard !thirds.isEmpty else { continue }
                groups.append(thirds.map { cells($0, run.title, modality).map { ResultTable.Cell($0) } })
                if let rho = correlation(run.rows, stratum, modality) {
                    correlations.append("\(run.title), \(modality.rawValue) \(ReproductionTable.fixed(rho, 2))")
                }
            }
        }
        if !correlations.isEmpty {
            notes.append(
                "Spearman's correlation of the patients' \(stratum.words) and score: "
                    + correlations.joined(separator: "; ") + ".")
        }
        return ResultTable(
            label: "By \(stratum.words)", caption: "Results of the patients in thirds of their \(stratum.words).",
            columns: [
                .init("Model", isNumber: false), .init("Modality", isNumber: false), .init("Third", isNumber: false),
                .init("From–to\(stratum.unit)"), .init("Patients"), .init("Sensitivity"), .init("AUC"),
                .init("Heat-Score,\nwhole"), .init("Heat-Score,\nbrain"), .init("Peak\n≤ 10 mm"),
            ],
            groups: groups, notes: notes)
    }

    private static func cells(_ third: Third, _ title: String, _ modality: Modality) -> [String] {
        [
            title, modality.rawValue, third.name,
            "\(ReproductionTable.fixed(third.lowest, 2))–\(ReproductionTable.fixed(third.highest, 2))",
            "\(third.sensitivity.n)", AdditionsTable.proportion(third.sensitivity),
            AdditionsTable.interval(third.auc), AdditionsTable.mean(third.heat.whole),
            AdditionsTable.mean(third.heat.brain), AdditionsTable.proportion(third.peakNear),
        ]
    }

    private static func correlation(_ rows: [ScanRow], _ stratum: Stratum, _ modality: Modality) -> Double? {
        let patients = rows.filter {
            $0.modality == modality && $0.refusal == nil && $0.group == .fcd && stratum.value($0) != nil
        }
        return Correlation.spearman(patients.compactMap(stratum.value), patients.map(\.score))
    }
}
