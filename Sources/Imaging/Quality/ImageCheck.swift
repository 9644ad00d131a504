/// The contrast that a scan is named for.
package enum ExpectedContrast: String, Sendable, Codable, CaseIterable {
    case t1w, flair
}

/// How good an image of a head is: noise, ghosts, blur, storage, and whether the contrast is the one it is named for.
///
/// MRIQC's ideas (signal to noise, ghost to signal) in a form that works on whole heads and stripped brains alike and on
/// scans of which the air was cleared.
struct ImageCheck: Sendable, Hashable {
    /// In the order of what to say first.
    var reasons: [Reason] = []
    var quality: [QualityNumber] = []

    /// Depth below the surface at which the brain begins, mm: skin, skull and the outermost fluid of a whole head, the
    /// ragged rim of a stripped one.
    static func brainDepthMM(_ kind: InputKind) -> Double { kind == .fullHead ? 16 : 6 }

    init(_ survey: HeadSurvey, kind: InputKind, contrast: ExpectedContrast?, limits: QualityLimits) {
        guard let core = HeadCore(survey, depthMM: Self.brainDepthMM(kind)) else { return }
        let stored = StoredValues(core)
        judge(stored, survey, limits)
        let isCleared = limits[.clearedBackground].allows(survey.background.share)
        let noise = NoiseFeatures(survey, core, median: stored.median, isCleared: isCleared)
        judge(SliceFeatures(core), limits)
        judge(noise, median: stored.median, limits)
        add(
            .shaded,
            limits.number(
                .shading, "brightness of the brain, one end to the other", ShadingFeatures(survey, core).ratio))
        judge(SharpnessFeatures(core, noise: noise.noise), contrast, limits)
        judge(ContrastFeatures(survey, core), contrast, limits)
    }

    private mutating func add(_ code: QualityCode, _ numbers: QualityNumber...) {
        quality += numbers
        if numbers.contains(where: { $0.judgement == .fail }) { reasons.append(code.reason) }
    }

    private mutating func judge(_ stored: StoredValues, _ survey: HeadSurvey, _ limits: QualityLimits) {
        add(.notMagnetic, limits.number(.background, "value of the background", Double(survey.background.value)))
        add(.coarse, limits.number(.distinctLevels, "intensity levels in the brain", Double(stored.levels)))
        add(
            .saturated,
            limits.number(.saturatedShare, "share of the brain at the highest value", stored.saturatedShare))
        add(.flat, limits.number(.flatCM3, "brain in blocks of one value", min(stored.flatCM3, 1e4), "cm³"))
    }

    private mutating func judge(_ slices: SliceFeatures, _ limits: QualityLimits) {
        add(
            .slicesDiffer,
            limits.number(.sliceJump, "largest jump in brightness between slices", slices.largestJump),
            limits.number(.sliceUnevenness, "mean jump in brightness between slices", slices.meanJump))
    }

    private mutating func judge(_ noise: NoiseFeatures, median: Double, _ limits: QualityLimits) {
        // No noise at all: an average or a filtered image.
        let ratio = noise.noise > 0 ? min(median / noise.noise, Self.largestRatio) : Self.largestRatio
        add(.noisy, limits.number(.signalToNoise, "signal to noise in the brain", ratio))
        var ghosts = [
            limits.number(.ghostInside, "ghost: likeness half a field of view away", noise.ghostCorrelation)
        ]
        if let ghost = noise.ghostShare {
            ghosts.append(limits.number(.ghostInAir, "ghost in the air, relative to the brain", ghost))
        }
        quality += ghosts
        if ghosts.contains(where: { $0.judgement == .fail }) { reasons.append(QualityCode.ghosted.reason) }
        if let air = noise.airShare {
            quality.append(
                QualityNumber(
                    name: "air relative to the brain", value: (air * 1000).rounded() / 1000, unit: "",
                    judgement: .information))
        }
    }

    static let largestRatio = 999.0

    private mutating func judge(
        _ found: SharpnessFeatures, _ contrast: ExpectedContrast?, _ limits: QualityLimits
    ) {
        // Where no contrast is named, the milder limit holds.
        add(
            .blurred,
            limits.number(
                contrast == .flair ? .sharpnessFLAIR : .sharpnessT1w, "sharpness, mean of three axes", found.mean))
        add(
            .interpolated,
            limits.number(.sharpnessEvenness, "sharpness, least to most of three axes", found.evenness),
            limits.number(.repeatedShare, "share of voxels like their neighbour", found.repeatedShare))
    }

    private mutating func judge(_ found: ContrastFeatures, _ contrast: ExpectedContrast?, _ limits: QualityLimits) {
        let fluid = limits.number(.fluidDarkness, "darkness of the fluid between the gyri", found.sheets)
        let name = "brightness of white matter"
        switch contrast {
        case .t1w: add(.otherContrast, fluid, limits.number(.whiteMatterT1w, name, found.whiteMatter))
        case .flair: add(.otherContrast, fluid, limits.number(.whiteMatterFLAIR, name, found.whiteMatter))
        case nil:
            add(.otherContrast, fluid)
            quality.append(
                QualityNumber(
                    name: name, value: (found.whiteMatter * 1000).rounded() / 1000, unit: "", judgement: .information))
        }
    }
}
