package import Imaging
package import Screening

/// Reasons that the gate adds to those of `ScanCheck`.
package enum GateCode: String, Sendable, CaseIterable {
    case unevenVoxels = "NOT_3D_VOXELS"
    case headOutsideCrop = "HEAD_OUTSIDE_CROP"

    /// What the code means and what to do.
    package var sentence: String {
        switch self {
        case .unevenVoxels:
            "The voxels are too uneven for a 3D acquisition. Send the 3D series with voxels of about 1 mm."
        case .headOutsideCrop:
            "More of the head lies outside what the model sees than is allowed. It gets no score; check how the head lies "
                + "in the image."
        }
    }

    package var reason: Reason { Reason(code: rawValue, message: sentence) }
}

/// What the gate found about an image before any model sees it.
package struct GateAnswer: Sendable {
    /// Everything that forbids a score, what to say first first; empty where the image may be scored.
    package var reasons: [Reason]
    /// Every measurement beside its limit.
    package var quality: [QualityNumber]
    package var head: HeadCheck
    /// Where the head lies, for comparison with the study's other image; nil where there is none.
    package var outline: HeadOutline?

    /// Set where the image gets no score.
    package var reason: Reason? { reasons.first }
}

/// Whether an image is fit to be scored. Tags were judged when the series was chosen; this looks at the voxels.
package enum Gate {
    /// Voxel size, whether a whole head is there, how good the image is, and whether it has the contrast it is named for.
    ///
    /// - Parameter modality: what the image is taken for; nil where that is open.
    package static func examine(
        _ scan: Volume, as modality: Modality? = nil, limits: QualityLimits = .standard
    ) -> GateAnswer {
        let edges = scan.grid.spacingMM
        let ratio = edges.max() / edges.min()
        let isEven = limits[.voxelEdgeRatio].allows(ratio)
        let evenness = QualityNumber(
            name: "longest to shortest voxel edge", value: (ratio * 100).rounded() / 100, unit: "",
            limit: limits[.voxelEdgeRatio].words, judgement: isEven ? .pass : .fail)
        let check = ScanCheck.examine(scan, as: modality?.expectedContrast, limits: limits)
        return GateAnswer(
            reasons: (isEven ? [] : [GateCode.unevenVoxels.reason]) + check.reasons,
            quality: [evenness] + check.quality, head: check.head, outline: check.outline)
    }

    /// Whether the image is the kind that this bundle was trained on.
    package static func judge(_ answer: GateAnswer, for bundle: ModelBundle) -> Reason? {
        answer.head.mismatch(with: bundle.manifest.input)
    }

    /// Whether the model sees the whole of the head.
    package static func judge(_ prepared: PreparedVolume) -> Reason? {
        prepared.quality.contains { $0.judgement == .fail } ? GateCode.headOutsideCrop.reason : nil
    }
}

extension Modality {
    /// What the gate must find in an image of this modality.
    var expectedContrast: ExpectedContrast {
        switch self {
        case .t1w: .t1w
        case .flair: .flair
        }
    }
}
