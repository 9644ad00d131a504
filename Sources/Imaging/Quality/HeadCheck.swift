/// Whether there is a head in a scan, whether it is whole and upright, and whether skin and skull are there.
///
/// A network gives a score for anything, a bottle too; this check stands before it. Every limit is a plain measurement
/// with room on both sides; `QualityLimits.standard` says beside each what real scans had.
package struct HeadCheck: Sendable, Codable, Hashable {
    /// True where there is a head in the image, whole or not.
    package var isHead: Bool
    /// Nil where there is none.
    package var inputKind: InputKind?
    /// Empty where the scan may be scored.
    package var reasons: [Reason]
    /// Every measurement beside its limit.
    package var quality: [QualityNumber]

    /// Examines a scan in any orientation. Takes about a second for 256³ voxels.
    package static func examine(_ scan: Volume, limits: QualityLimits = .standard) -> HeadCheck {
        guard scan.isComputable else { return notComputable }
        return examine(HeadSurvey(scan), largestVoxelMM: scan.grid.spacingMM.max(), limits: limits)
    }

    static func examine(_ survey: HeadSurvey, largestVoxelMM: Double, limits: QualityLimits) -> HeadCheck {
        judge(HeadFeatures(survey, largestVoxelMM: largestVoxelMM), PostureFeatures(survey), limits)
    }

    static let notComputable = HeadCheck(
        isHead: false, inputKind: nil,
        reasons: [
            Reason(
                code: ImagingError.Code.notFinite.rawValue,
                message: "Some voxels are not finite numbers. Replace them and send the image again.")
        ], quality: [])

    /// The reason to refuse where a model is made for the other kind of input; nil where it fits.
    package func mismatch(with expected: InputKind) -> Reason? {
        guard let inputKind, inputKind != expected else { return nil }
        let message =
            expected == .fullHead
            ? "The scan is skull-stripped, the model was made for whole heads. Send the scan as it was acquired."
            : "The scan shows a whole head, the model was made for skull-stripped scans. Use a model for whole heads."
        return Reason(code: QualityCode.inputKindMismatch.rawValue, message: message)
    }
}

extension HeadCheck {
    static func judge(_ f: HeadFeatures, _ posture: PostureFeatures, _ limits: QualityLimits) -> HeadCheck {
        let cleared = limits[.clearedBackground].allows(f.constantBackgroundShare)
        let fall = f.shellDip > 0 ? f.shellPeak / f.shellDip : 0
        let hasSkull = limits[.skullFall].allows(fall) || limits[.skullDarkness].allows(f.shellDip)
        let largestBrain = limits[.brainLitres].most ?? .infinity
        let kind: InputKind = cleared && !hasSkull && f.volumeLitres <= largestBrain ? .stripped : .fullHead
        let full = kind == .fullHead

        let volume = limits.number(
            full ? .headLitres : .brainLitres, "volume of what is in the image", f.volumeLitres, "L")
        let height = limits.number(full ? .headHeightMM : .brainHeightMM, "height", f.heightMM, "mm")
        let roundTop = limits.number(.topRoundness, "roundness of the top", f.domeRatio)
        let slope = limits.number(
            full ? .headTopMM : .brainTopMM, "depth at which sections have half the largest area", posture.topMM, "mm")
        // A head may go on below the image, or below a straight cut inside it; what ends there may well end like its top.
        let isCut = f.bottomContactCM2 > 0 || !limits[.straightCutMM].allows(posture.bottomMM)
        let upsideDown = limits.number(.upsideDownOverlap, "likeness to its outline upside down", f.upsideDownDice)
        let side = limits.number(.imageSideMM, "shortest side of the image", f.imageSideMM, "mm")
        let shape = [
            volume,
            limits.number(full ? .headWidthMM : .brainWidthMM, "width", f.widthMM, "mm"),
            limits.number(full ? .headLengthMM : .brainLengthMM, "length", f.lengthMM, "mm"),
            limits.number(.widthToLength, "width to length", f.lengthMM > 0 ? f.widthMM / f.lengthMM : 0),
            height,
            limits.number(.outlineSymmetry, "left-right symmetry of the outline", f.mirrorDice),
            limits.number(.intensitySymmetry, "left-right symmetry of intensities", f.mirrorCorrelation),
            limits.number(.fineDetail, "fine detail inside", f.texture, "of the median intensity"),
            limits.number(.detailCoherence, "coherence of the detail", f.structure),
            roundTop, slope,
            limits.number(.sectionRoundness, "roundness of the section", f.sectionFill),
        ]
        let base = isCut ? [] : [upsideDown]
        let skull = QualityNumber(
            name: "skull", value: (fall * 1000).rounded() / 1000, unit: "scalp to bone",
            limit: cleared
                ? nil
                : "\(limits[.skullFall].words), or bone \(limits[.skullDarkness].words) of the brain",
            judgement: cleared ? .information : hasSkull ? .pass : .fail)
        let voxel = limits.number(.largestVoxelMM, "largest voxel side", f.largestVoxelMM, "mm")
        let contact = limits.number(.borderContactCM2, "head on the border of the image", f.contactCM2, "cm²")
        // Where it goes on below, it must go far enough down.
        let lowEnough =
            full
            ? !isCut || limits[.heightBelowVertexMM].allows(f.heightMM)
            : limits[.borderContactCM2].allows(f.bottomContactCM2) && limits[.straightCutMM].allows(posture.bottomMM)
        let coverage = QualityNumber(
            name: "head below the vertex in the image", value: (f.heightMM * 1000).rounded() / 1000, unit: "mm",
            limit: full
                ? "\(limits[.heightBelowVertexMM].words) where the head goes on below" : "the whole brain, uncut",
            judgement: lowEnough ? .pass : .fail)
        // Where the face was removed only the nape is left below; then the vault alone must show which way the head looks.
        let isFaceless =
            full && !limits[.neckBehindMM].allows(posture.lowestBehindMM)
            && limits[.facelessWidestBehindMM].allows(posture.widestBehindMM)
        let upright = [
            limits.number(.widestBehindMM, "widest place behind the middle", posture.widestBehindMM, "mm"),
            limits.number(
                isFaceless ? .facelessNeckBehindMM : full ? .neckBehindMM : .brainstemBehindMM,
                full ? "lowest part behind the middle" : "cerebellum behind the middle", posture.lowestBehindMM, "mm"),
        ]

        // A head cut off is flat at the top or too small; that is told by the border, not by its shape.
        let cutOff = contact.judgement == .fail || coverage.judgement == .fail
        let excused = cutOff ? [roundTop.name, volume.name, height.name, slope.name] : []
        let notHead = (shape + base + [skull]).filter { $0.judgement == .fail && !excused.contains($0.name) }
        let isHead = notHead.isEmpty && side.judgement != .fail
        var reasons: [Reason] = []
        if side.judgement == .fail {
            // A few slices: whatever they show has the shape of no head.
            reasons.append(QualityCode.headCutOff.reason)
        } else if !isHead {
            let why = notHead.map { "\($0.name) \($0.value) \($0.unit) (\($0.limit ?? ""))" }.joined(separator: "; ")
            reasons.append(
                Reason(
                    code: QualityCode.notAHead.rawValue,
                    message:
                        "This does not look like a head: \(why). Check that the right series was sent; look at the image before you send it again."
                ))
        }
        if isHead, cutOff { reasons.append(QualityCode.headCutOff.reason) }
        if isHead, !cutOff, upright.contains(where: { $0.judgement == .fail }) {
            reasons.append(QualityCode.notUpright.reason)
        }
        if voxel.judgement == .fail {
            reasons.append(
                Reason(
                    code: QualityCode.voxelsTooLarge.rawValue,
                    message:
                        "Voxels are up to \(voxel.value) mm (\(voxel.limit ?? "")): a 2D series. Send the 3D series."
                ))
        }
        return HeadCheck(
            isHead: isHead, inputKind: isHead ? kind : nil, reasons: reasons,
            quality: [voxel, contact, coverage, side] + shape + base + [skull] + upright)
    }
}
