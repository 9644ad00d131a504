/// What an administrator's rule makes of the finding by physics.
///
/// It counts where physics cannot tell, because a value is missing or outside the usual range. It does not where physics
/// says the other contrast, where a technique is neither (echo-planar, angiography, diffusion, MP2RAGE, DIR), or where the
/// echo or the readout speak against it.
struct RuleClaim {
    var finding: ContrastFinding
    /// Which rule spoke, as a sentence.
    var decision: String?
    /// Why the rule cannot count, where physics has a contrast of its own.
    var contradiction: DICOMError?

    /// A T1w echo is shorter whatever the scanner, ms; a FLAIR echo longer than `ContrastRule.shortestFLAIREchoMS`.
    static let longestClaimedT1EchoMS = 15.0

    init(_ rule: SeriesRule?, on physics: ContrastFinding, of acquisition: Acquisition) {
        finding = physics
        guard let rule else { return }
        let name = "Rule \(rule.number) of the configuration"
        guard let claimed = rule.contrast else {
            decision = rule.use == .prefer ? "\(name) prefers it." : nil
            return
        }
        if physics.contrast == claimed {
            decision = "\(name) says \(claimed.rawValue) too."
        } else if physics.contrast != .other {
            contradiction = DICOMError(
                .ruleContradicted,
                "\(name) calls it \(claimed.rawValue), but by its physics it is \(physics.contrast.rawValue): "
                    + physics.why)
        } else if Self.isOpen(physics), !Self.contradicts(acquisition, claimed) {
            finding = ContrastFinding(contrast: claimed, why: physics.why)
            decision = "\(name) says \(claimed.rawValue)."
        } else {
            decision = "\(name) says \(claimed.rawValue), which cannot count against this."
        }
    }

    private static func isOpen(_ physics: ContrastFinding) -> Bool {
        physics.code == .unknownContrast || physics.code == .otherContrast
    }

    private static func contradicts(_ a: Acquisition, _ claimed: Contrast) -> Bool {
        let sequence = Set(a.scanningSequence)
        return switch claimed {
        case .t1w:
            (a.echoTimeMS ?? 0) > longestClaimedT1EchoMS || (sequence.contains("SE") && !sequence.contains("GR"))
        case .flair: (a.echoTimeMS ?? .infinity) < ContrastRule.shortestFLAIREchoMS || sequence.contains("GR")
        case .other: true
        }
    }
}
