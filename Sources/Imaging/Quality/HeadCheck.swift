/// Whether there is a head in a scan, whether it is whole, and whether skin and skull are there.
///
/// A network gives a score for anything, a bottle too; this check stands before it. Every limit is a plain measurement
/// with room on both sides: the comment beside each gives what real scans had (three full heads, four scans of two
/// stripped brains, the MNI152 average; one slab through a head) and what a water bottle, noise and simple bodies had.
/// Few scans, so the limits are wide. A real head that fails is a nuisance that a person sees; a bottle that passes is a
/// false score.
package struct HeadCheck: Sendable, Codable, Hashable {
    package enum ReasonCode: String, Sendable, Codable, CaseIterable {
        case notAHead = "NOT_A_HEAD"
        case headCutOff = "HEAD_CUT_OFF"
        case voxelsTooLarge = "VOXELS_TOO_LARGE"
        case inputKindMismatch = "INPUT_KIND_MISMATCH"
    }

    /// Why the scan must not be scored, and what to do.
    package struct Reason: Sendable, Codable, Hashable {
        package var code: ReasonCode
        package var message: String

        package init(code: ReasonCode, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// True where there is a head in the image, whole or not.
    package var isHead: Bool
    /// Nil where there is none.
    package var inputKind: InputKind?
    /// Empty where the scan may be scored.
    package var reasons: [Reason]
    /// Every measurement beside its limit.
    package var quality: [QualityNumber]

    /// Examines a scan in any orientation. Takes about a second for 256³ voxels.
    package static func examine(_ scan: Volume) -> HeadCheck {
        guard scan.isComputable else {
            let message = "Some voxels are not finite numbers. Replace them and send the image again."
            return HeadCheck(
                isHead: false, inputKind: nil, reasons: [Reason(code: .notAHead, message: message)], quality: [])
        }
        let canonical = scan.canonicalRAS()
        let features = HeadFeatures(canonical, HeadMask(canonical))
        return judge(features)
    }

    /// The reason to refuse where a model is made for the other kind of input; nil where it fits.
    package func mismatch(with expected: InputKind) -> Reason? {
        guard let inputKind, inputKind != expected else { return nil }
        let message =
            expected == .fullHead
            ? "The scan is skull-stripped, the model was made for whole heads. Send the scan as it was acquired."
            : "The scan shows a whole head, the model was made for skull-stripped scans. Use a model for whole heads."
        return Reason(code: .inputKindMismatch, message: message)
    }
}

extension HeadCheck {
    /// Voxel sides up to 2.1 mm: enough for 3D sequences (1 mm) and the coarsest that a head was seen in (2 mm).
    static let largestVoxelMM = 2.1
    /// Share of voxels with one value from which the background counts as cleared (raw scans 0.06, cleared 0.55…0.85).
    static let clearedBackgroundShare = 0.3
    /// Skull: the shell's intensity falls by this factor from scalp to bone (heads 1.8…2.6, stripped 1.01 or less) …
    static let leastShellFall = 1.12
    /// … or is at its darkest, at 4…16 mm depth, under this share of the brain (heads with dim scalp 0.42; stripped 0.86
    /// and more in patients, 0.68 in the phantom).
    static let darkShell = 0.6
    /// Litres above which what is in the image cannot be a brain alone.
    static let largestBrainLitres = 2.3
    /// cm² of the upper part on the image's border (whole heads 0, a slab through a head 95).
    static let largestContactCM2 = 10.0
    /// A head that leaves the image at the bottom must go this far down, to below the cerebellum of an adult.
    static let leastHeightMM = 130.0

    static func judge(_ f: HeadFeatures) -> HeadCheck {
        let cleared = f.constantBackgroundShare >= clearedBackgroundShare
        let hasSkull = f.shellPeak >= leastShellFall * f.shellDip || f.shellDip <= darkShell
        let kind: InputKind =
            cleared && !hasSkull && f.volumeLitres <= largestBrainLitres ? .stripped : .fullHead
        let full = kind == .fullHead
        // Heads 4.6, 4.5, 3.4 (cropped at the neck); brains 1.07…1.9. The lower ends leave room for small children, of
        // whom no scan was at hand.
        let volume = number(
            "volume of what is in the image", f.volumeLitres, "L", full ? 1.5...9 : 0.6...largestBrainLitres)
        // Heads 144…252, brains 120…156.
        let height = number("height", f.heightMM, "mm", full ? 90...400 : 75...190)
        // 0.27…0.64; bottle 0.995.
        let roundTop = number("roundness of the top", f.domeRatio, "", 0.05...0.8)
        let shape = [
            volume,
            // Heads 156…158, brains 128…146; bottle 152.
            number("width", f.widthMM, "mm", full ? 105...210 : 85...180),
            // Heads 198…212, brains 152…182; bottle 158.
            number("length", f.lengthMM, "mm", full ? 120...260 : 100...215),
            height,
            // 0.955…0.99; bottle 0.96.
            number("left-right symmetry of the outline", f.mirrorDice, "", 0.85...1),
            // 0.83…0.98, phantoms tilted by 9° 0.50; noise 0.
            number("left-right symmetry of intensities", f.mirrorCorrelation, "", 0.3...1),
            // 0.09 (average of 152 brains) … 0.31; bottle 0.006, binary mask 0.018.
            number("fine detail inside", f.texture, "of the median intensity", 0.05...1.5),
            // 0.33…0.72; noise 0.
            number("coherence of the detail", f.structure, "", 0.2...1),
            roundTop,
            // 0.75…0.80; box 1.
            number("roundness of the section", f.sectionFill, "", 0.62...0.9),
        ]
        let skull = QualityNumber(
            name: "skull", value: round(f.shellDip > 0 ? f.shellPeak / f.shellDip : 0), unit: "scalp to bone",
            limit: cleared ? nil : "at least \(leastShellFall), or bone under \(darkShell) of the brain",
            judgement: cleared ? .information : hasSkull ? .pass : .fail)
        let voxel = number("largest voxel side", f.largestVoxelMM, "mm", 0...largestVoxelMM)
        let contact = number("head on the border of the image", f.contactCM2, "cm²", 0...largestContactCM2)
        let lowEnough =
            full
            ? f.bottomContactCM2 == 0 || f.heightMM >= leastHeightMM : f.bottomContactCM2 <= largestContactCM2
        let coverage = QualityNumber(
            name: "head below the vertex in the image", value: round(f.heightMM), unit: "mm",
            limit: "at least \(Int(leastHeightMM)) where the head goes on below the image",
            judgement: lowEnough ? .pass : .fail)

        // A head cut off is flat at the top or too small; that is told by the border, not by its shape.
        let cutOff = contact.judgement == .fail || coverage.judgement == .fail
        let excused = cutOff ? [roundTop.name, volume.name, height.name] : []
        let notHead = (shape + [skull]).filter { $0.judgement == .fail && !excused.contains($0.name) }
        let isHead = notHead.isEmpty
        var reasons: [Reason] = []
        if !isHead {
            let why = notHead.map { "\($0.name) \($0.value) \($0.unit) (\($0.limit ?? ""))" }.joined(separator: "; ")
            reasons.append(
                Reason(
                    code: .notAHead,
                    message:
                        "This does not look like a head: \(why). Check that the right series was sent; look at the image before you send it again."
                ))
        }
        if isHead, cutOff {
            reasons.append(
                Reason(
                    code: .headCutOff,
                    message:
                        "The head is cut off by the image's border. Send a series that covers the whole head down to the cerebellum."
                ))
        }
        if voxel.judgement == .fail {
            reasons.append(
                Reason(
                    code: .voxelsTooLarge,
                    message:
                        "Voxels are up to \(voxel.value) mm (at most \(largestVoxelMM) mm): a 2D series. Send the 3D series."
                ))
        }
        return HeadCheck(
            isHead: isHead, inputKind: isHead ? kind : nil, reasons: reasons,
            quality: [voxel, contact, coverage] + shape + [skull])
    }

    private static func number(
        _ name: String, _ value: Double, _ unit: String, _ range: ClosedRange<Double>
    ) -> QualityNumber {
        QualityNumber(
            name: name, value: round(value), unit: unit,
            limit: range.lowerBound == 0
                ? "at most \(range.upperBound)" : "\(range.lowerBound) to \(range.upperBound)",
            judgement: range.contains(value) ? .pass : .fail)
    }

    private static func round(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }
}
