internal import Glibc

extension ContrastRule {
    /// Relaxation time of cerebrospinal fluid at 1.5–3 T, ms (Rooney et al. 2007: 4.3 s).
    static let csfT1MS = 4300.0
    /// How far an inversion time may be from the one that nulls CSF: vendors' own readout trains shift it.
    static let nullingRange = 0.75...1.25
    /// FLAIR is T2-weighted: spin echo trains of 3D sequences report effective echo times of 100–600 ms. The T1-weighted
    /// FLAIR (TI 700–900 ms) has short ones.
    static let shortestFLAIREchoMS = 60.0
    static let shortestFLAIRRepetitionMS = 3500.0

    /// Inversion that nulls CSF, long echo, long repetition, no gradient-echo readout. Nil where it cannot be FLAIR.
    static func flair(_ a: Acquisition, echo: Double, repetition: Double) -> ContrastFinding? {
        guard !a.scanningSequence.contains("GR"), echo >= shortestFLAIREchoMS,
            repetition >= shortestFLAIRRepetitionMS
        else { return nil }
        guard let inversion = a.inversionTimeMS else { return flairWithoutInversionTime(a) }
        let nulling = nullingInversionMS(repetitionMS: repetition)
        guard nullingRange.contains(inversion / nulling) else {
            return .other(
                .otherContrast, "\(facts(a)): the inversion does not null CSF (that needs TI \(Int(nulling)) ms).")
        }
        return ContrastFinding(
            contrast: .flair, why: "\(facts(a)): inversion nulls CSF (TI \(Int(nulling)) ms would), long echo.")
    }

    /// Enhanced objects and GE may declare what others show by the inversion time.
    private static func flairWithoutInversionTime(_ a: Acquisition) -> ContrastFinding? {
        if a.acquisitionContrast == "FLUID_ATTENUATED" || a.scanOptions.contains("T2FLAIR_GEMS") {
            return ContrastFinding(contrast: .flair, why: "\(facts(a)): the scanner declares FLAIR, long echo.")
        }
        guard isPrepared(a), a.scanningSequence.contains("IR") || a.inversionRecovery == true else { return nil }
        return .other(.unknownContrast, "\(facts(a)): the inversion time is missing, by which FLAIR and STIR differ.")
    }

    /// TI at which the magnetisation of CSF passes zero in an inversion-recovery sequence of this TR.
    static func nullingInversionMS(repetitionMS: Double) -> Double {
        csfT1MS * log(2 / (1 + exp(-repetitionMS / csfT1MS)))
    }
}
