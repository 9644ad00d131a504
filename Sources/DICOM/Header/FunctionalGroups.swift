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
        inversionTimeMS = groups.number(.inversionTimes, in: .mrModifierSequence) ?? root.number(.inversionTime)
        if inversionTimeMS == 0 { inversionTimeMS = nil }
        flipAngleDegrees = groups.number(.flipAngle, in: .mrTimingSequence)
        fieldStrengthT = root.number(.magneticFieldStrength)
        inversionRecovery = says(.inversionRecovery, .mrModifierSequence)
        isEchoPlanar = root.code(.echoPlanarPulseSequence) == "YES"
        scanningSequence = root.codes(.scanningSequence).filter { !$0.isEmpty }
        if scanningSequence.isEmpty { scanningSequence = enhancedScanningSequence(root) }
        isEchoPlanar = isEchoPlanar || scanningSequence.contains("EP")
        sequenceVariant = root.codes(.sequenceVariant).filter { !$0.isEmpty }
        scanOptions = root.codes(.scanOptions).filter { !$0.isEmpty }
        sequenceName = root.code(.pulseSequenceName) ?? root.code(.sequenceName)
        acquisitionType = root.code(.mrAcquisitionType)
        acquisitionContrast = groups.code(.acquisitionContrast, in: .mrImageFrameTypeSequence)
        hasContrastAgent =
            root.bytes(.contrastBolusAgent).map { !TextField.ascii($0[...]).isEmpty } ?? false
            || root.itemCount(.contrastBolusAgentSequence) > 0
        isAngiography =
            root.code(.angioFlag) == "Y" || root.code(.timeOfFlightContrast) == "YES"
            || root.code(.phaseContrast) == "YES"
        isDiffusion =
            acquisitionContrast == "DIFFUSION"
            || (groups.number(.diffusionBValue, in: .mrDiffusionSequence) ?? 0) > 0
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
