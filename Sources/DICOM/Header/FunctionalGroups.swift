/// Looks an attribute up where a multi-frame object keeps it: this frame's groups, the shared groups, the data set.
struct FunctionalGroups {
    let root: DataSet
    let shared: DataSet?
    let frame: DataSet?

    init(root: DataSet, frameIndex: Int) {
        self.root = root
        self.shared = root.item(.sharedFunctionalGroups)
        self.frame = root.item(.perFrameFunctionalGroups, frameIndex)
    }

    /// The first level that has `tag` inside the group sequence `macro`, in order; the data set itself comes last.
    func levels(_ macro: Tag) -> [DataSet] {
        [frame?.item(macro), shared?.item(macro), root].compactMap { $0 }
    }

    func number(_ tag: Tag, in macro: Tag) -> Double? {
        for level in levels(macro) {
            if let value = level.number(tag) { return value }
        }
        return nil
    }

    func numbers(_ tag: Tag, in macro: Tag, limit: Int = 16) -> [Double] {
        for level in levels(macro) {
            let values = level.numbers(tag, limit: limit)
            if !values.isEmpty { return values }
        }
        return []
    }

    func codes(_ tag: Tag, in macro: Tag) -> [String] {
        for level in levels(macro) {
            let values = level.codes(tag)
            if !values.isEmpty { return values }
        }
        return []
    }

    func code(_ tag: Tag, in macro: Tag) -> String? {
        guard let first = codes(tag, in: macro).first, !first.isEmpty else { return nil }
        return first
    }

    /// A rescale value: `fallback` where the header has none, nil where it has one that is no number.
    func rescale(_ tag: Tag, fallback: Double) -> Double? {
        for level in levels(.pixelValueTransformationSequence) {
            if let value = level.number(tag) { return value }
            if level.bytes(tag) != nil { return nil }
        }
        return fallback
    }
}

extension FrameHeader {
    init(of groups: FunctionalGroups) {
        self.init()
        let position = groups.numbers(.imagePosition, in: .planePositionSequence, limit: 3)
        if position.count == 3 { positionLPS = SIMD3(position[0], position[1], position[2]) }
        let direction = groups.numbers(.imageOrientation, in: .planeOrientationSequence, limit: 6)
        if direction.count == 6 {
            rowDirection = SIMD3(direction[0], direction[1], direction[2])
            columnDirection = SIMD3(direction[3], direction[4], direction[5])
        }
        let spacing = groups.numbers(.pixelSpacing, in: .pixelMeasuresSequence, limit: 2)
        if spacing.count == 2 {
            rowSpacingMM = spacing[0]
            columnSpacingMM = spacing[1]
        }
        sliceThicknessMM = groups.number(.sliceThickness, in: .pixelMeasuresSequence)
        rescaleSlope = groups.rescale(.rescaleSlope, fallback: 1)
        rescaleIntercept = groups.rescale(.rescaleIntercept, fallback: 0)
        echoTimeMS = groups.number(.effectiveEchoTime, in: .mrEchoSequence) ?? groups.root.number(.echoTime)
        echoNumber = groups.root.integer(.echoNumbers)
        temporalPosition =
            groups.frame?.item(.frameContentSequence)?.integer(.temporalPositionIndex)
            ?? groups.root.integer(.temporalPositionIdentifier)
        triggerTimeMS = groups.root.number(.triggerTime)
        stackID = groups.frame?.item(.frameContentSequence)?.code(.stackID)
        let frameType = groups.codes(.frameType, in: .mrImageFrameTypeSequence)
        imageType = frameType.isEmpty ? groups.root.codes(.imageType) : frameType
        complexComponent =
            groups.code(.complexImageComponent, in: .mrImageFrameTypeSequence) ?? Self.componentByGE(groups.root)
    }
}

extension FrameHeader {
    /// GE says in a private element what its Image Type leaves out: 0 magnitude, 1 phase, 2 real, 3 imaginary.
    private static func componentByGE(_ root: DataSet) -> String? {
        guard root.code(Tag(0x0043, 0x0010)) == "GEMS_PARM_01", let kind = root.integer(Tag(0x0043, 0x102f)) else {
            return nil
        }
        let names = ["MAGNITUDE", "PHASE", "REAL", "IMAGINARY"]
        return names.indices.contains(kind) ? names[kind] : nil
    }
}

extension Acquisition {
    /// Reads the physics of the first frame; frames that differ in echo time are split later.
    init(of groups: FunctionalGroups) {
        let root = groups.root
        func says(_ tag: Tag, _ macro: Tag, _ answer: String = "YES") -> Bool? {
            groups.code(tag, in: macro).map { $0 == answer }
        }
        self.init()
        repetitionTimeMS = groups.number(.repetitionTime, in: .mrTimingSequence)
        echoTimeMS = groups.number(.effectiveEchoTime, in: .mrEchoSequence) ?? root.number(.echoTime)
        let inversions = Self.inversionTimes(groups)
        inversionTimeMS = inversions.first
        otherInversionTimesMS = Array(inversions.dropFirst())
        flipAngleDegrees = groups.number(.flipAngle, in: .mrTimingSequence)
        fieldStrengthT = root.number(.magneticFieldStrength)
        inversionRecovery = says(.inversionRecovery, .mrModifierSequence)
        isEchoPlanar = root.code(.echoPlanarPulseSequence) == "YES"
        scanningSequence = root.codes(.scanningSequence).filter { !$0.isEmpty }
        if scanningSequence.isEmpty { scanningSequence = enhancedScanningSequence(root) }
        isEchoPlanar = isEchoPlanar || scanningSequence.contains("EP")
        sequenceVariant = root.codes(.sequenceVariant).filter { !$0.isEmpty }
        sequenceVariant += enhancedSequenceVariant(groups).filter { !sequenceVariant.contains($0) }
        scanOptions = root.codes(.scanOptions).filter { !$0.isEmpty }
        sequenceName = root.code(.pulseSequenceName) ?? root.code(.sequenceName)
        acquisitionType = root.code(.mrAcquisitionType)
        acquisitionContrast = groups.code(.acquisitionContrast, in: .mrImageFrameTypeSequence)
        hasContrastAgent = Self.agentWasGiven(root)
        isAngiography =
            root.code(.angioFlag) == "Y" || root.code(.timeOfFlightContrast) == "YES"
            || root.code(.phaseContrast) == "YES"
        isDiffusion =
            acquisitionContrast == "DIFFUSION"
            || (groups.number(.diffusionBValue, in: .mrDiffusionSequence) ?? 0) > 0
    }

    /// Every inversion time that is one, in the order of the header. Philips writes zero and the largest number there
    /// is for "none", and may keep the delay in a private element alone.
    private static func inversionTimes(_ groups: FunctionalGroups) -> [Double] {
        func plausible(_ values: [Double]) -> [Double] {
            var kept: [Double] = []
            for value in values where value > 0 && value < 100_000 && !kept.contains(value) { kept.append(value) }
            return kept
        }
        let root = groups.root
        let standard = plausible(groups.numbers(.inversionTimes, in: .mrModifierSequence))
        if !standard.isEmpty { return standard }
        let classic = plausible(root.numbers(.inversionTime, limit: 4))
        if !classic.isEmpty { return classic }
        guard root.code(Tag(0x2001, 0x0010)) == "Philips Imaging DD 001", root.code(Tag(0x2001, 0x101c)) == "INV" else {
            return []
        }
        return plausible(root.numbers(Tag(0x2001, 0x101b), limit: 1))
    }

    /// What technicians enter for "no agent".
    private static let noAgent: Set<String> = ["NO", "NONE", "N", "0", "NIL", "KEIN", "KEINES", "AUCUN", "GEEN", "-"]

    private static func agentWasGiven(_ root: DataSet) -> Bool {
        func names(_ tag: Tag) -> Bool {
            guard let bytes = root.bytes(tag) else { return false }
            let text = TextField.ascii(bytes[...])
            return !text.isEmpty && !noAgent.contains(text.uppercased())
        }
        return names(.contrastBolusAgent) || names(.contrastBolusIngredient)
            || root.itemCount(.contrastBolusAgentSequence) > 0
            || (root.number(.contrastBolusVolume) ?? 0) > 0 || (root.number(.contrastBolusTotalDose) ?? 0) > 0
    }

    /// Spoiling, steady state and magnetisation transfer as enhanced objects tell them.
    private func enhancedSequenceVariant(_ groups: FunctionalGroups) -> [String] {
        var codes: [String] = []
        let spoiling = groups.root.code(.spoiling)
        if let spoiling, spoiling != "NONE" { codes.append("SP") }
        switch groups.root.code(.steadyStatePulseSequence) {
        case "FREE_PRECESSION", "TRANSVERSE", "TIME_REVERSED": codes.append("SS")
        default: break
        }
        if let transfer = groups.code(.magnetizationTransfer, in: .mrModifierSequence), transfer != "NONE" {
            codes.append("MTC")
        }
        return codes
    }

    private func enhancedScanningSequence(_ root: DataSet) -> [String] {
        var codes: [String] =
            switch root.code(.echoPulseSequence) {
            case "SPIN": ["SE"]
            case "GRADIENT": ["GR"]
            case "BOTH": ["SE", "GR"]
            default: []
            }
        if inversionRecovery == true { codes.append("IR") }
        if isEchoPlanar { codes.append("EP") }
        return codes
    }
}
