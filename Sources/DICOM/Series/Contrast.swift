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

    static func other(_ code: DICOMCode, _ why: String) -> ContrastFinding {
        ContrastFinding(contrast: .other, why: why, code: code)
    }
}

/// Decides T1w, FLAIR or neither from acquisition parameters alone. Descriptions are not looked at.
package enum ContrastRule {
    package static func find(_ a: Acquisition) -> ContrastFinding {
        if let excluded = exclusion(a) { return excluded }
        guard let echo = a.echoTimeMS, let repetition = a.repetitionTimeMS else {
            return .other(.unknownContrast, "Echo time or repetition time is missing.")
        }
        if !a.otherInversionTimesMS.isEmpty {
            return .other(
                .syntheticOrCombined, "\(facts(a)): more than one inversion, as in DIR and MP2RAGE.")
        }
        if let finding = flair(a, echo: echo, repetition: repetition) { return finding }
        if let finding = t1w(a, echo: echo, repetition: repetition) { return finding }
        if a.scanningSequence.isEmpty && declared(a) == nil {
            return .other(.unknownContrast, "The scanning sequence is missing.")
        }
        return .other(.otherContrast, "\(facts(a)) fits neither T1w gradient echo nor FLAIR.")
    }

    /// Techniques that are neither, whatever their times.
    private static func exclusion(_ a: Acquisition) -> ContrastFinding? {
        if a.isDiffusion { return .other(.diffusion, "Diffusion weighting is on.") }
        if a.isAngiography { return .other(.angiography, "The angiography flag is set.") }
        // GE: VASCTOF_GEMS. Siemens and Canon carry it in the name of the sequence.
        if a.scanOptions.contains(where: { $0.contains("TOF") })
            || a.sequenceName?.lowercased().contains("tof") == true
        {
            return .other(.angiography, "The sequence is a time-of-flight angiography.")
        }
        if a.isEchoPlanar { return .other(.echoPlanar, "The readout is echo-planar.") }
        if a.sequenceVariant.contains("MTC") {
            return .other(.otherContrast, "Magnetisation transfer is on, which changes the contrast.")
        }
        return nil
    }

    /// What an enhanced object declares; nil where it does not know.
    static func declared(_ a: Acquisition) -> String? { a.acquisitionContrast.flatMap { $0 == "UNKNOWN" ? nil : $0 } }

    /// Whether the header says that an inversion or another preparation precedes the readout.
    static func isPrepared(_ a: Acquisition) -> Bool {
        a.inversionTimeMS != nil || a.inversionRecovery == true || a.sequenceVariant.contains("MP")
            || a.scanningSequence.contains("IR")
            || !Set(a.scanOptions).isDisjoint(with: ["IR", "IR_GEMS", "MP_GEMS"])
    }

    /// Defined terms (PS3.3 C.8.3.1, C.8.13.3.1.3): no other text of a file enters a message.
    private static let knownSequences: Set<String> = ["SE", "IR", "GR", "EP", "RM"]
    private static let knownContrasts: Set<String> = [
        "DIFFUSION", "FLOW_ENCODED", "FLUID_ATTENUATED", "PERFUSION", "PROTON_DENSITY", "STIR", "TAGGING", "T1", "T2",
        "T2_STAR", "TOF", "UNKNOWN", "MIXED",
    ]

    /// `GR\IR, TR 2250, TE 4.11, TI 925 ms, 9°`.
    static func facts(_ a: Acquisition) -> String {
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
