package import Imaging
package import Screening

/// Reasons that the gate adds to those of `HeadCheck`.
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
    /// Set where the image gets no score.
    package var reason: Reason?
    package var quality: [QualityNumber]
    package var head: HeadCheck
}

/// Whether an image is fit to be scored. Tags were judged when the series was chosen; this looks at the voxels.
package enum Gate {
    /// Largest ratio between two voxel edges of a 3D acquisition.
    package static let largestEdgeRatio = 2.0

    /// Voxel size, and whether a whole head is there.
    package static func examine(_ scan: Volume) -> GateAnswer {
        let edges = scan.grid.spacingMM
        let ratio = edges.max() / edges.min()
        let isEven = ratio <= largestEdgeRatio
        let evenness = QualityNumber(
            name: "longest to shortest voxel edge", value: (ratio * 100).rounded() / 100, unit: "",
            limit: "at most \(largestEdgeRatio)", judgement: isEven ? .pass : .fail)
        let head = HeadCheck.examine(scan)
        let found = head.reasons.first.map(reason)
        return GateAnswer(
            reason: isEven ? found : GateCode.unevenVoxels.reason, quality: [evenness] + head.quality, head: head)
    }

    /// Whether the image is the kind that this bundle was trained on.
    package static func judge(_ answer: GateAnswer, for bundle: ModelBundle) -> Reason? {
        answer.head.mismatch(with: bundle.manifest.input).map(reason)
    }

    /// Whether the model sees the whole of the head.
    package static func judge(_ prepared: PreparedVolume) -> Reason? {
        prepared.quality.contains { $0.judgement == .fail } ? GateCode.headOutsideCrop.reason : nil
    }

    private static func reason(_ found: HeadCheck.Reason) -> Reason {
        Reason(code: found.code.rawValue, message: found.message)
    }
}
