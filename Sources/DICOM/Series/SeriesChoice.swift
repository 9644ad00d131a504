internal import Imaging

/// Chooses the T1w and the FLAIR series of a study. Pure.
///
/// A series must be a whole volume, MR, 3D, of the head, of voxels up to 2 mm, without contrast agent, and of the right
/// physics; an administrator's rule can exclude it or fill in what its header leaves out (see `SeriesRule`). Among several
/// the order is `TieRule`'s. What is then still equal is refused, not guessed.
package enum SeriesChoice {
    /// The largest voxel edge that is screened, mm: the models learn from about 1 mm.
    package static let largestVoxelMM = 2.0

    /// What became of one series.
    package struct Assessment: Sendable {
        /// By physics, with the administrator's rule where one counts.
        package var finding: ContrastFinding
        /// The administrator's rule that fits the series.
        package var rule: SeriesRule?
        /// Where its voxels lie; nil where `reason` says why not.
        package var geometry: SeriesGeometry?
        package var chosenFor: Contrast?
        /// What decided beyond physics: the administrator's rule, and what set it apart from its rivals. Nil where nothing.
        package var decision: String?
        /// Why it was not chosen; nil where it was.
        package var reason: DICOMError?
        /// What a reader of its result should know.
        package var notes: [DICOMError] = []

        /// Physics and everything else that decided, as sentences.
        package var because: String { [finding.why, decision].compactMap { $0 }.joined(separator: " ") }
    }

    /// The series for each contrast, nil where there is none; `reasons` are in the order of the series given.
    package struct Outcome: Sendable {
        package var t1w: DICOMSeries?
        package var flair: DICOMSeries?
        package var reasons: [Assessment]

        /// Why a contrast has no series though some of it are there; nil where none is.
        package func absence(of contrast: Contrast) -> DICOMError? {
            let refused = reasons.filter { $0.finding.contrast == contrast }.compactMap(\.reason)
            let decisive: Set<DICOMCode> = [.ambiguousSeries, .acquiredOnDifferentDays]
            return refused.first { decisive.contains($0.code) } ?? refused.first { $0.code != .betterSeries }
        }
    }

    /// Looks at the series of one study.
    ///
    /// - Parameters:
    ///   - rules: the administrator's, in their order.
    ///   - sameImage: asked whether two series that nothing tells apart hold the same pixels, as when one was sent again
    ///     under a new number. By default they count as different.
    package static func choose(
        _ series: [DICOMSeries], rules: [SeriesRule] = [],
        sameImage: (DICOMSeries, DICOMSeries) -> Bool = { _, _ in false }
    ) -> Outcome {
        var outcome = Outcome(reasons: series.map { assess($0, rules: rules) })
        for contrast in [Contrast.t1w, .flair] {
            let candidates = series.indices.filter {
                outcome.reasons[$0].reason == nil && outcome.reasons[$0].finding.contrast == contrast
            }
            guard !candidates.isEmpty else { continue }
            let contest = Contest(series: series, assessments: outcome.reasons, contrast: contrast)
            let result = contest.settle(candidates, sameImage: sameImage)
            for (index, reason) in result.passedOver { outcome.reasons[index].reason = reason }
            guard let winner = result.winner else { continue }
            outcome.reasons[winner].chosenFor = contrast
            outcome.reasons[winner].decision = join(outcome.reasons[winner].decision, result.decision)
            if contrast == .t1w { outcome.t1w = series[winner] } else { outcome.flair = series[winner] }
        }
        return outcome
    }

    /// Judges one series by itself.
    package static func assess(_ series: DICOMSeries, rules: [SeriesRule] = []) -> Assessment {
        let rule = rules.first { $0.fits(series.header) }
        let claim = RuleClaim(rule, on: ContrastRule.find(series.acquisition), of: series.acquisition)
        var assessment = Assessment(finding: claim.finding, rule: rule, decision: claim.decision)
        if FreeText.postOperative(series.header) { assessment.notes.append(DICOMError(.postOperativeHint)) }
        assessment.reason = obstacle(series, assessment, claim)
        do {
            let geometry = try series.geometry()
            assessment.geometry = geometry
            assessment.reason = assessment.reason ?? tooThick(geometry)
        } catch {
            // What kind of image it is says more than its place, and no further slice cures it.
            assessment.reason = kindRefusal(series) ?? assessment.reason ?? error
        }
        return assessment
    }

    private static func kindRefusal(_ series: DICOMSeries) -> DICOMError? {
        series.refusal ?? ImageKind.refusal(of: series)
    }

    /// What rules a series out, whether its slices are all here or not.
    private static func obstacle(_ series: DICOMSeries, _ assessment: Assessment, _ claim: RuleClaim) -> DICOMError? {
        let acquisition = series.acquisition
        let finding = assessment.finding
        let words = FreeText(ofSeries: series.header)
        // A claim by rule outranks what people typed.
        let isClaimed = assessment.rule?.contrast == finding.contrast
        if let rule = assessment.rule, rule.use == .never {
            return DICOMError(.excludedByRule, "Rule \(rule.number) of the configuration excludes the series.")
        }
        if series.header.modality != "MR" { return DICOMError(.notMR) }
        if ImageKind.isComputed(series) { return DICOMError(.syntheticOrCombined) }
        if let contradiction = claim.contradiction { return contradiction }
        if finding.contrast == .other { return DICOMError(finding.code ?? .otherContrast, finding.why) }
        if !isClaimed, let doubt = doubt(series, words, finding.contrast) { return doubt }
        if acquisition.hasContrastAgent { return DICOMError(.contrastAgent) }
        if !isClaimed, words.hintsAtContrastAgent { return DICOMError(.contrastAgentHint) }
        if !isClaimed, BodyPart.isElsewhere(series.header.bodyPart) { return DICOMError(.wrongBodyPart) }
        if !is3D(acquisition, isClaimed: isClaimed) { return DICOMError(.not3D) }
        return nil
    }

    private static func doubt(_ series: DICOMSeries, _ words: FreeText, _ contrast: Contrast) -> DICOMError? {
        // 3D scouts are spoiled gradient echoes too, and their Image Type does not always tell.
        if words.hintsAtLocalizer { return DICOMError(.localizer, "The description names a localizer.") }
        if contrast == .t1w, series.part?.contains(SeriesSplit.echoMark) ?? false {
            return DICOMError(.syntheticOrCombined, "The series holds several echoes; none is a T1w image by itself.")
        }
        if contrast == .t1w, words.hintsAtMP2RAGE {
            return DICOMError(.syntheticOrCombined, "The description names an image of MP2RAGE.")
        }
        if contrast == .flair, words.hintsAtDoubleInversion {
            return DICOMError(.syntheticOrCombined, "The description names double inversion recovery.")
        }
        return nil
    }

    private static func tooThick(_ geometry: SeriesGeometry) -> DICOMError? {
        let edge = max(geometry.grid.spacingMM.max(), geometry.sliceThicknessMM ?? 0)
        return edge > 1.01 * largestVoxelMM ? DICOMError(.tooThick) : nil
    }

    private static func is3D(_ acquisition: Acquisition, isClaimed: Bool) -> Bool {
        if let type = acquisition.acquisitionType { return type == "3D" }
        return isClaimed || acquisition.sequenceName?.lowercased().contains("3d") ?? false
    }

    private static func join(_ a: String?, _ b: String?) -> String? {
        let both = [a, b].compactMap { $0 }.joined(separator: " ")
        return both.isEmpty ? nil : both
    }
}
