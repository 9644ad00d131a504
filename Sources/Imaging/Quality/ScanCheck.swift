/// Everything that is known about the fitness of one scan, before any model sees it.
package struct ScanCheck: Sendable {
    package var head: HeadCheck
    /// Empty where the scan may be scored; the first is the one to show.
    package var reasons: [Reason]
    /// Every measurement beside its limit.
    package var quality: [QualityNumber]
    /// Where the head lies, for comparison with another scan; nil where there is none.
    package var outline: HeadOutline?

    /// Examines a scan in any orientation: two to three seconds for 256³ voxels on one core.
    ///
    /// - Parameter contrast: what the scan is named for; nil where nothing is said, and then only what no brain may have
    ///   is refused.
    package static func examine(
        _ scan: Volume, as contrast: ExpectedContrast?, limits: QualityLimits = .standard
    ) -> ScanCheck {
        guard scan.isComputable else {
            let head = HeadCheck.notComputable
            return ScanCheck(head: head, reasons: head.reasons, quality: head.quality, outline: nil)
        }
        let survey = HeadSurvey(scan)
        let head = HeadCheck.examine(survey, largestVoxelMM: scan.grid.spacingMM.max(), limits: limits)
        guard let kind = head.inputKind else {
            return ScanCheck(head: head, reasons: head.reasons, quality: head.quality, outline: nil)
        }
        let image = ImageCheck(survey, kind: kind, contrast: contrast, limits: limits)
        return ScanCheck(
            head: head, reasons: head.reasons + image.reasons, quality: head.quality + image.quality,
            outline: HeadOutline(survey, kind: kind))
    }
}
