package import Imaging
package import Screening

/// Reasons of the gate.
package enum GateCode: String, Sendable, CaseIterable {
    case notAHead = "NOT_A_HEAD"
    case headCutOff = "HEAD_CUT_OFF"
    case wrongInputKind = "INPUT_KIND_MISMATCH"
    case tooThick = "NOT_3D_VOXELS"

    /// What the code means and what to do.
    package var sentence: String {
        switch self {
        case .notAHead:
            "The image does not look like a head. It gets no score; check which series was sent."
        case .headCutOff:
            "Part of the head lies outside what the model sees. It gets no score; acquire the whole head."
        case .wrongInputKind:
            "The model was trained on the other kind of image (full head or skull-stripped). Send that kind."
        case .tooThick:
            "The voxels are too thick or too uneven for a 3D acquisition. Send the 3D series with voxels of about 1 mm."
        }
    }

    package var reason: Reason { Reason(code: rawValue, message: sentence) }
}

/// What the gate found about an image before any model sees it.
package struct GateAnswer: Sendable {
    /// Set where the image gets no score.
    package var reason: Reason?
    package var quality: [QualityNumber]
    /// Full head or skull-stripped, where it could be told.
    package var kind: InputKind?
}

/// Whether an image is fit to be scored. Tags were judged when the series was chosen; this looks at the voxels.
package enum Gate {
    /// Longest voxel edge in mm, and largest ratio between two edges, that a 3D acquisition may have.
    package static let longestEdgeMM = 2.05
    package static let largestRatio = 2.0

    /// Voxel size, and whether a head is there.
    package static func examine(_ scan: Volume) -> GateAnswer {
        let edges = scan.grid.spacingMM
        let ratio = edges.max() / edges.min()
        let isThin = edges.max() <= longestEdgeMM && ratio <= largestRatio
        var quality = [
            QualityNumber(
                name: "longest voxel edge", value: edges.max(), unit: "mm", limit: "at most \(longestEdgeMM) mm",
                judgement: edges.max() <= longestEdgeMM ? .pass : .fail),
            QualityNumber(
                name: "longest to shortest voxel edge", value: ratio, unit: "", limit: "at most \(largestRatio)",
                judgement: ratio <= largestRatio ? .pass : .fail),
        ]
        guard isThin else { return GateAnswer(reason: GateCode.tooThick.reason, quality: quality, kind: nil) }
        let head = HeadCheck.examine(scan)
        quality += head.quality
        return GateAnswer(reason: head.isHead ? nil : GateCode.notAHead.reason, quality: quality, kind: head.inputKind)
    }

    /// Whether the image is the kind that this bundle was trained on.
    package static func judge(_ answer: GateAnswer, for bundle: ModelBundle) -> Reason? {
        guard let kind = answer.kind, kind != bundle.manifest.input else { return nil }
        return GateCode.wrongInputKind.reason
    }

    /// Whether the model sees the whole of the head.
    package static func judge(_ prepared: PreparedVolume) -> Reason? {
        prepared.quality.contains { $0.judgement == .fail } ? GateCode.headCutOff.reason : nil
    }
}
