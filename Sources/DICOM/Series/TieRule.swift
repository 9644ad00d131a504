internal import Glibc
internal import Imaging

/// What sets several series of one contrast apart, in the order in which it counts.
enum TieRule: CaseIterable {
    case original, prepared, finer, homogenised, corrected, preferred, described

    /// Lower is better.
    func rank(_ series: DICOMSeries, _ assessment: SeriesChoice.Assessment) -> Int {
        let frame = series.frameHeader(series.slices[0])
        return switch self {
        case .original: ImageKind.isDerived(frame) ? 1 : 0
        case .prepared: ContrastRule.isPrepared(series.acquisition) ? 0 : 1
        case .finer: Self.edge(assessment)
        case .homogenised: ImageKind.isHomogenised(frame) ? 0 : 1
        case .corrected: ImageKind.distortionRank(frame)
        case .preferred: assessment.rule?.use == .prefer ? 0 : 1
        case .described: Self.isDescribed(series, as: assessment.finding.contrast) ? 0 : 1
        }
    }

    /// Why the winner won: "preferred to series 4, …".
    var words: String {
        switch self {
        case .original: "original before derived"
        case .prepared: "inversion-prepared before unprepared"
        case .finer: "finer voxels"
        case .homogenised: "corrected for uneven coils"
        case .corrected: "corrected for distortion"
        case .preferred: "preferred by a rule of the configuration"
        case .described: "named for its contrast"
        }
    }

    /// Mean edge to a tenth of a millimetre, so that rounding in headers does not decide.
    private static func edge(_ assessment: SeriesChoice.Assessment) -> Int {
        let spacing = assessment.geometry?.grid.spacingMM ?? .zero
        return Int((10 * cbrt(spacing.x * spacing.y * spacing.z)).rounded())
    }

    private static func isDescribed(_ series: DICOMSeries, as contrast: Contrast) -> Bool {
        let words = FreeText(ofSeries: series.header).words.joined(separator: " ")
        let names =
            contrast == .t1w
            ? ["t1", "mprage", "mpr", "bravo", "tfe", "fsp"] : ["flair", "da fl", "dark fluid", "darkfluid"]
        return names.contains { words.contains($0) }
    }
}
