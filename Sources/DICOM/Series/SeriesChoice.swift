internal import Glibc
internal import Imaging

/// Chooses the T1w and the FLAIR series of a study. Pure.
///
/// A series must be a whole volume, MR, 3D, of voxels up to 2 mm, without contrast agent, and of the right physics. Among
/// several the order is: original before derived; finer voxels; homogenised (NORM) before raw; the description; the later
/// series, because a scan is repeated when the first one failed.
package enum SeriesChoice {
    /// The largest voxel edge that is screened, mm: the models learn from about 1 mm.
    package static let largestVoxelMM = 2.0

    /// What became of one series.
    package struct Assessment: Sendable {
        package var finding: ContrastFinding
        /// Where its voxels lie; nil where `reason` says why not.
        package var geometry: SeriesGeometry?
        package var chosenFor: Contrast?
        /// Why it was not chosen; nil where it was.
        package var reason: DICOMError?
    }

    /// The series for each contrast, nil where there is none; `reasons` are in the order of the series given.
    package struct Outcome: Sendable {
        package var t1w: DICOMSeries?
        package var flair: DICOMSeries?
        package var reasons: [Assessment]
    }

    /// Looks at the series of one study.
    package static func choose(_ series: [DICOMSeries]) -> Outcome {
        var reasons = series.map(assess)
        func choose(_ contrast: Contrast) -> DICOMSeries? {
            let candidates = series.indices.filter {
                reasons[$0].reason == nil && reasons[$0].finding.contrast == contrast
            }
            guard let best = candidates.min(by: { rank(series[$0], reasons[$0]) < rank(series[$1], reasons[$1]) })
            else { return nil }
            for index in candidates where index != best { reasons[index].reason = DICOMError(.betterSeries) }
            reasons[best].chosenFor = contrast
            return series[best]
        }
        let t1w = choose(.t1w)
        let flair = choose(.flair)
        return Outcome(t1w: t1w, flair: flair, reasons: reasons)
    }

    /// Judges one series by itself.
    package static func assess(_ series: DICOMSeries) -> Assessment {
        let finding = ContrastRule.find(series.acquisition)
        do {
            let geometry = try series.geometry()
            return Assessment(
                finding: finding, geometry: geometry, reason: obstacle(series, geometry: geometry, finding: finding))
        } catch {
            return Assessment(finding: finding, reason: error)
        }
    }

    private static func obstacle(
        _ series: DICOMSeries, geometry: SeriesGeometry, finding: ContrastFinding
    ) -> DICOMError? {
        let acquisition = series.acquisition
        if series.header.modality != "MR" { return DICOMError(.notMR) }
        if ImageKind.isComputed(series) { return DICOMError(.syntheticOrCombined) }
        if finding.contrast == .other { return DICOMError(finding.code ?? .otherContrast, finding.why) }
        if acquisition.hasContrastAgent { return DICOMError(.contrastAgent) }
        if !is3D(acquisition) { return DICOMError(.not3D) }
        let edge = geometry.grid.spacingMM.max()
        if max(edge, geometry.sliceThicknessMM ?? 0) > 1.01 * largestVoxelMM { return DICOMError(.tooThick) }
        return nil
    }

    private static func is3D(_ acquisition: Acquisition) -> Bool {
        if let type = acquisition.acquisitionType { return type == "3D" }
        return acquisition.sequenceName?.lowercased().contains("3d") ?? false
    }

    /// Lower is better; compared from left to right.
    private static func rank(_ series: DICOMSeries, _ assessment: Assessment) -> Rank {
        let frame = series.frameHeader(series.slices[0])
        let spacing = assessment.geometry?.grid.spacingMM ?? .zero
        // To a tenth of a millimetre of edge, so that rounding in headers does not decide.
        let edge = (10 * cbrt(spacing.x * spacing.y * spacing.z)).rounded()
        return Rank(
            derived: ImageKind.isDerived(frame) ? 1 : 0, edge: edge, raw: frame.imageType.contains("NORM") ? 0 : 1,
            described: describedRank(series, as: assessment.finding.contrast),
            earlier: -(series.seriesNumber ?? 0), uid: series.seriesInstanceUID + (series.part ?? ""))
    }

    private struct Rank: Comparable {
        var derived: Int
        var edge: Double
        var raw: Int
        var described: Int
        var earlier: Int
        var uid: String

        static func < (a: Rank, b: Rank) -> Bool {
            (a.derived, a.edge, a.raw, a.described, a.earlier, a.uid)
                < (b.derived, b.edge, b.raw, b.described, b.earlier, b.uid)
        }
    }

    /// 0 where the description names the contrast, 2 where it speaks of contrast agent or of a part of MP2RAGE, else 1.
    private static func describedRank(_ series: DICOMSeries, as contrast: Contrast) -> Int {
        let text = series.header.privateText
        let words = [text.seriesDescription, text.protocolName].compactMap { $0 }.joined(separator: " ").lowercased()
        let tokens = Set(words.split { !$0.isLetter && !$0.isNumber && $0 != "+" }.map(String.init))
        let doubtful: Set = ["gd", "gad", "gado", "post", "km", "+c", "kontrast", "contrast", "inv1", "inv2", "uni"]
        if !tokens.isDisjoint(with: doubtful) { return 2 }
        let named = contrast == .t1w ? ["t1", "mprage", "mpr", "bravo", "tfe"] : ["flair", "da"]
        return named.contains { words.contains($0) } ? 0 : 1
    }
}
