package import Screening

/// What T1w and FLAIR say together of a subject, by the verdict rule of the service.
package struct StudySummary: Sendable, Codable, Hashable {
    /// Subjects with a verdict.
    package var controls: Int
    package var patients: Int
    /// Subjects of whom no scan could be scored.
    package var notAssessable: Int
    /// FLAGGED alone counts as found.
    package var sensitivity: Proportion
    package var specificity: Proportion
    /// Verdicts INDETERMINATE among patients and controls.
    package var indeterminatePatients: Int
    package var indeterminateControls: Int
    package var modalities: [Modality]

    /// - Parameter rows: of every bundle of the profile, on the same subjects.
    package init(_ rows: [ScanRow]) {
        let subjects = Dictionary(grouping: rows, by: \.subject).sorted { $0.key < $1.key }
        var verdicts: [(group: Subject.Group, verdict: Verdict)] = []
        for (_, rows) in subjects {
            guard let group = rows.first?.group else { continue }
            verdicts.append((group, Self.verdict(rows)))
        }
        let known = verdicts.filter { $0.verdict != .notAssessable }
        let ill = known.filter { $0.group == .fcd }.map(\.verdict)
        let well = known.filter { $0.group == .control }.map(\.verdict)
        controls = well.count
        patients = ill.count
        notAssessable = verdicts.count - known.count
        sensitivity = Proportion(ill.count { $0 == .flagged }, of: ill.count)
        specificity = Proportion(well.count { $0 != .flagged }, of: well.count)
        indeterminatePatients = ill.count { $0 == .indeterminate }
        indeterminateControls = well.count { $0 == .indeterminate }
        modalities = Modality.allCases.filter { modality in rows.contains { $0.modality == modality } }
    }

    private static func verdict(_ rows: [ScanRow]) -> Verdict {
        VerdictRule.decide(
            Modality.allCases.compactMap { modality in
                guard let row = rows.first(where: { $0.modality == modality && $0.refusal == nil }) else { return nil }
                let members = row.memberScores.map {
                    MemberScore(file: "", sha256: "", fold: nil, logits: [], score: $0)
                }
                return members.isEmpty ? nil : ModalityScore(members: members, threshold: row.threshold)
            })
    }

    /// For a profile; nil where there was nobody of one group.
    package func operatingPoint(data: String) -> OperatingPoint? {
        guard let sensitivity = sensitivity.value, let specificity = specificity.value else { return nil }
        return OperatingPoint(
            sensitivity: sensitivity, specificity: specificity, subjects: controls + patients, data: data)
    }

    package var markdown: String {
        """
        ## Whole studies (\(modalities.map(\.rawValue).joined(separator: " + ")), the service's verdict rule)

        | figure | value (95 % interval) |
        | --- | --- |
        | sensitivity of FLAGGED | \(FigureText.share(sensitivity)) |
        | specificity of FLAGGED | \(FigureText.share(specificity)) |
        | INDETERMINATE | \(indeterminatePatients) of \(patients) patients, \(indeterminateControls) of \(controls) controls |
        | not assessable | \(notAssessable) |

        """
    }
}
