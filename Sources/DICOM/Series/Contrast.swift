internal import Glibc

/// Which of the two screened contrasts a series has, told by its physics.
package enum Contrast: String, Sendable, Codable, Hashable {
    case t1w = "T1w"
    case flair = "FLAIR"
    case other
}

/// A contrast and why it was decided so.
package struct ContrastFinding: Sendable, Codable, Hashable {
    package var contrast: Contrast
    /// The rule that decided, with the values it used.
    package var why: String
    /// The code where the contrast is `other`.
    package var code: DICOMCode?
}

/// Decides T1w, FLAIR or neither from acquisition parameters alone. Descriptions are not looked at.
package enum ContrastRule {
    /// Relaxation time of cerebrospinal fluid at 1.5–3 T, ms (Rooney et al. 2007: 4.3 s).
    static let csfT1MS = 4300.0
    /// How far an inversion time may be from the one that nulls CSF: vendors' own readout trains shift it.
    static let nullingRange = 0.75...1.25
    /// T1-weighted gradient echoes have short echoes: longer ones weigh T2*.
    static let longestT1EchoMS = 10.0
    /// A prepared gradient echo (MPRAGE, BRAVO, T1-TFE) inverts this long before it reads.
    static let t1InversionRangeMS = 300.0...1300.0
    /// An unprepared, spoiled gradient echo is T1-weighted at short repetition and an angle over Ernst's for grey matter.
    static let longestSpoiledRepetitionMS = 50.0
    static let smallestSpoiledAngleDegrees = 6.0
    /// FLAIR is T2-weighted: spin echo trains of 3D sequences report effective echo times of 100–600 ms.
    static let shortestFLAIREchoMS = 60.0
    static let shortestFLAIRRepetitionMS = 3500.0

    package static func find(_ a: Acquisition) -> ContrastFinding {
        if let excluded = exclusion(a) { return excluded }
        let sequence = Set(a.scanningSequence)
        let declared = a.acquisitionContrast.flatMap { $0 == "UNKNOWN" ? nil : $0 }
        guard let echo = a.echoTimeMS, let repetition = a.repetitionTimeMS else {
            return other(.unknownContrast, "Echo time or repetition time is missing.")
        }
        if let finding = flair(a, sequence, echo: echo, repetition: repetition) { return finding }
        if let finding = t1w(a, sequence, declared, echo: echo, repetition: repetition) { return finding }
        if sequence.isEmpty && declared == nil {
            return other(.unknownContrast, "The scanning sequence is missing.")
        }
        return other(.otherContrast, "\(facts(a)) fits neither T1w gradient echo nor FLAIR.")
    }

    private static func exclusion(_ a: Acquisition) -> ContrastFinding? {
        if a.isDiffusion { return other(.diffusion, "Diffusion weighting is on.") }
        if a.isAngiography { return other(.angiography, "The angiography flag is set.") }
        if a.isEchoPlanar { return other(.echoPlanar, "The readout is echo-planar.") }
        return nil
    }

    /// Inversion that nulls CSF, long echo, long repetition, no gradient-echo readout.
    private static func flair(
        _ a: Acquisition, _ sequence: Set<String>, echo: Double, repetition: Double
    ) -> ContrastFinding? {
        guard !sequence.contains("GR"), echo >= shortestFLAIREchoMS, repetition >= shortestFLAIRRepetitionMS else {
            return nil
        }
        guard let inversion = a.inversionTimeMS else {
            // Enhanced objects may declare what classic ones show by TI.
            guard a.acquisitionContrast == "FLUID_ATTENUATED" else { return nil }
            return ContrastFinding(contrast: .flair, why: "\(facts(a)): long echo.")
        }
        let nulling = nullingInversionMS(repetitionMS: repetition)
        guard nullingRange.contains(inversion / nulling) else {
            return other(
                .otherContrast, "\(facts(a)): the inversion does not null CSF (that needs TI \(Int(nulling)) ms).")
        }
        return ContrastFinding(
            contrast: .flair, why: "\(facts(a)): inversion nulls CSF (TI \(Int(nulling)) ms would), long echo.")
    }

    /// TI at which the magnetisation of CSF passes zero in an inversion-recovery sequence of this TR.
    static func nullingInversionMS(repetitionMS: Double) -> Double {
        csfT1MS * log(2 / (1 + exp(-repetitionMS / csfT1MS)))
    }

    private static func t1w(
        _ a: Acquisition, _ sequence: Set<String>, _ declared: String?, echo: Double, repetition: Double
    ) -> ContrastFinding? {
        guard sequence.contains("GR") || (sequence.isEmpty && declared == "T1"), echo <= longestT1EchoMS else {
            return nil
        }
        if let declared, declared != "T1", declared != "MIXED" {
            return other(.otherContrast, "\(facts(a)): the scanner says it is not T1.")
        }
        if let inversion = a.inversionTimeMS {
            guard t1InversionRangeMS.contains(inversion) else { return nil }
            return ContrastFinding(contrast: .t1w, why: "\(facts(a)): inversion-prepared gradient echo, short echo.")
        }
        let isPrepared = a.sequenceVariant.contains("MP") || a.inversionRecovery == true
        let isSpoiledT1 =
            repetition <= longestSpoiledRepetitionMS
            && (a.flipAngleDegrees ?? 0) >= smallestSpoiledAngleDegrees
            && !(a.sequenceVariant.contains("SS") && !a.sequenceVariant.contains("SP"))
        guard isPrepared || isSpoiledT1 else { return nil }
        let kind = isPrepared ? "magnetisation-prepared" : "spoiled"
        return ContrastFinding(contrast: .t1w, why: "\(facts(a)): \(kind) gradient echo, short echo.")
    }

    private static func other(_ code: DICOMCode, _ why: String) -> ContrastFinding {
        ContrastFinding(contrast: .other, why: why, code: code)
    }

    /// Defined terms (PS3.3 C.8.3.1, C.8.13.3.1.3): no other text of a file enters a message.
    private static let knownSequences: Set<String> = ["SE", "IR", "GR", "EP", "RM"]
    private static let knownContrasts: Set<String> = [
        "DIFFUSION", "FLOW_ENCODED", "FLUID_ATTENUATED", "PERFUSION", "PROTON_DENSITY", "STIR", "TAGGING", "T1", "T2",
        "T2_STAR", "TOF", "UNKNOWN", "MIXED",
    ]

    /// `GR\IR, TR 2250, TE 4.11, TI 925 ms, 9°`.
    private static func facts(_ a: Acquisition) -> String {
        func number(_ name: String, _ value: Double?) -> String? {
            value.map { "\(name) \(($0 * 100).rounded() / 100)" }
        }
        let times = [number("TR", a.repetitionTimeMS), number("TE", a.echoTimeMS), number("TI", a.inversionTimeMS)]
            .compactMap { $0 }.joined(separator: ", ")
        let codes = a.scanningSequence.filter(knownSequences.contains)
        let sequence = codes.isEmpty ? nil : codes.joined(separator: "\\")
        let declared = a.acquisitionContrast.map { "declared \(knownContrasts.contains($0) ? $0 : "otherwise")" }
        let angle = a.flipAngleDegrees.map { "\($0)°" }
        return [sequence, times + " ms", angle, declared].compactMap { $0 }.joined(separator: ", ")
    }
}

extension DICOMSeries {
    /// T1w, FLAIR or neither, by the physics of the series.
    package var contrast: ContrastFinding { ContrastRule.find(acquisition) }
}
