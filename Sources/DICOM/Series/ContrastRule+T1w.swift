internal import Glibc

/// The T1w that is screened: a gradient echo of short echo time, inversion-prepared (MPRAGE, BRAVO, T1-TFE) or, where it
/// is not, spoiled and of a flip angle that weighs T1.
extension ContrastRule {
    /// T1-weighted gradient echoes have short echoes: longer ones weigh T2*.
    static let longestT1EchoMS = 10.0
    /// Later inversions recover too far for T1 weighting: the second image of MP2RAGE.
    static let latestT1InversionMS = 1300.0
    /// Repetition of single excitations (GE, Philips, UIH, Canon report it) ends here; above, it is the time from
    /// inversion to inversion (Siemens, and GE's MP-RAGE).
    static let longestSpoiledRepetitionMS = 50.0
    /// Earlier inversions of that kind null white matter instead (FGATIR).
    static let earliestT1InversionMS = 550.0
    /// MPRAGE repeats in 1.1–3 s; MP2RAGE, whose first image looks the same otherwise, in 4–8 s.
    static let longestPreparedRepetitionMS = 3500.0
    /// Prepared readouts use small angles; a fast gradient echo of a larger one is balanced (bSSFP, CISS).
    static let largestFastAngleDegrees = 30.0
    static let fastRepetitionMS = 15.0
    /// Relaxation time of grey matter at 3 T, ms: spoiled gradient echoes below its Ernst angle weigh proton density.
    static let greyMatterT1MS = 1300.0
    /// Unprepared, at small angles, only this short: SWI and multi-echo maps begin later.
    static let longestSpoiledEchoMS = 6.0
    /// Old spoiled sequences (FLASH, SPGR) weigh T1 at long echoes by angles from here on.
    static let largeAngleDegrees = 25.0
    /// Angiographies compensate flow and repeat this slowly.
    static let shortestInflowRepetitionMS = 15.0
    /// GE's research mode hides the readout: an angle this small is a gradient echo's.
    static let largestHiddenGradientAngleDegrees = 20.0

    /// Nil where it cannot be a T1w gradient echo.
    static func t1w(_ a: Acquisition, echo: Double, repetition: Double) -> ContrastFinding? {
        guard isGradientEcho(a), echo <= longestT1EchoMS else { return nil }
        if let declared = declared(a), declared != "T1", declared != "MIXED" {
            return .other(.otherContrast, "\(facts(a)): the scanner says it is not T1.")
        }
        if repetition < fastRepetitionMS, (a.flipAngleDegrees ?? 0) > largestFastAngleDegrees {
            return .other(.otherContrast, "\(facts(a)): the angle is that of a balanced sequence.")
        }
        return isPrepared(a) ? prepared(a, repetition: repetition) : spoiled(a, echo: echo, repetition: repetition)
    }

    private static func isGradientEcho(_ a: Acquisition) -> Bool {
        let sequence = Set(a.scanningSequence)
        if sequence.isEmpty { return declared(a) == "T1" }
        if sequence.contains("GR") { return !sequence.contains("SE") }
        return sequence.isSuperset(of: ["RM", "IR"]) && !sequence.contains("SE")
            && (a.flipAngleDegrees ?? .infinity) <= largestHiddenGradientAngleDegrees
    }

    private static func prepared(_ a: Acquisition, repetition: Double) -> ContrastFinding {
        if repetition > longestPreparedRepetitionMS {
            return .other(
                .syntheticOrCombined, "\(facts(a)): it repeats more slowly than MPRAGE, as an image of MP2RAGE does.")
        }
        guard let inversion = a.inversionTimeMS else {
            guard repetition <= longestSpoiledRepetitionMS else {
                return .other(.unknownContrast, "\(facts(a)): the inversion time is missing.")
            }
            return ContrastFinding(
                contrast: .t1w, why: "\(facts(a)): magnetisation-prepared gradient echo, short echo.")
        }
        if inversion > latestT1InversionMS {
            return .other(.otherContrast, "\(facts(a)): the inversion is too long before the readout for T1 weighting.")
        }
        if repetition > longestSpoiledRepetitionMS, inversion < earliestT1InversionMS {
            return .other(.otherContrast, "\(facts(a)): the inversion nulls white matter.")
        }
        return ContrastFinding(contrast: .t1w, why: "\(facts(a)): inversion-prepared gradient echo, short echo.")
    }

    /// Without preparation the angle weighs T1, not the repetition alone.
    private static func spoiled(_ a: Acquisition, echo: Double, repetition: Double) -> ContrastFinding? {
        guard repetition <= longestSpoiledRepetitionMS else { return nil }
        if a.sequenceVariant.contains("SS"), !a.sequenceVariant.contains("SP") {
            return .other(.otherContrast, "\(facts(a)): a steady state that is not spoiled weighs T2 over T1.")
        }
        guard let angle = a.flipAngleDegrees else {
            return .other(.unknownContrast, "\(facts(a)): the flip angle is missing, by which T1 and density differ.")
        }
        let ernst = acos(exp(-repetition / greyMatterT1MS)) * 180 / .pi
        if angle < ernst {
            return .other(
                .otherContrast,
                "\(facts(a)): unprepared, and the angle is below \((ernst * 10).rounded() / 10)°, so it weighs proton "
                    + "density.")
        }
        if angle < largeAngleDegrees {
            if echo > longestSpoiledEchoMS { return nil }
            let compensatesFlow = a.scanOptions.contains { $0 == "FC" || $0.hasPrefix("FC_") }
            if compensatesFlow, repetition >= shortestInflowRepetitionMS {
                return .other(.angiography, "\(facts(a)), flow-compensated: timed like an angiography.")
            }
        }
        if a.scanOptions.contains("FS") {
            return .other(.otherContrast, "\(facts(a)): unprepared and fat-suppressed (VIBE, LAVA, THRIVE).")
        }
        return ContrastFinding(contrast: .t1w, why: "\(facts(a)): spoiled gradient echo, short echo.")
    }
}
