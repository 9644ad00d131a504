package import Screening

extension Dataset {
    /// Who is in, by group, acquisition and modality; who is out and why; what else a person should know.
    package var summary: String {
        var lines: [String] = []
        for modality in Modality.allCases {
            let scanned = subjects.filter { $0.scans[modality] != nil }
            lines.append(
                "\(modality.rawValue): \(Self.count(scanned, .control)) controls, \(Self.count(scanned, .fcd)) patients"
            )
            let groups = Dictionary(grouping: scanned) { $0.scans[modality]?.acquisition ?? "" }
            for (acquisition, some) in groups.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
                let name = acquisition.isEmpty ? "no acq- in the name" : "acq-\(acquisition)"
                lines.append("  \(name): \(Self.count(some, .control)) controls, \(Self.count(some, .fcd)) patients")
            }
            if let share = acquisitionOnlyAccuracy(modality) {
                lines.append("  guessing the group from the acquisition alone is right for \(Self.percent(share)) %")
            }
        }
        lines += notes.map { "Note: " + $0 }
        if !excluded.isEmpty {
            lines.append("Left out:")
            let reasons = Dictionary(grouping: excluded) { exclusion in
                (exclusion.modality.map { "\($0.rawValue): " } ?? "") + exclusion.reason
            }
            for (reason, some) in reasons.sorted(by: { $0.key < $1.key }) {
                let labels = some.map(\.subject).sorted()
                let shown = labels.prefix(Self.labelsShown).joined(separator: ", ")
                let rest = labels.count > Self.labelsShown ? " and \(labels.count - Self.labelsShown) more" : ""
                lines.append("  \(reason) — \(labels.count): \(shown)\(rest)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Share of subjects whose group is guessed right by who knows the acquisition only, 0…1; nil without scans.
    package func acquisitionOnlyAccuracy(_ modality: Modality) -> Double? {
        let scanned = subjects.filter { $0.scans[modality] != nil }
        guard !scanned.isEmpty else { return nil }
        let groups = Dictionary(grouping: scanned) { $0.scans[modality]?.acquisition ?? "" }
        let right = groups.values.reduce(0) { $0 + max(Self.count($1, .control), Self.count($1, .fcd)) }
        return Double(right) / Double(scanned.count)
    }

    private static let labelsShown = 12

    private static func count(_ subjects: [Subject], _ group: Subject.Group) -> Int {
        subjects.count { $0.group == group }
    }

    private static func percent(_ share: Double) -> String { String((share * 1000).rounded() / 10) }
}
