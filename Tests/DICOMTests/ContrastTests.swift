import DICOM
import Testing

@Suite struct ContrastTests {
    /// Real protocols: sequence, variant, TR, TE, TI (ms), flip angle, declared contrast.
    struct Scan: Sendable, CustomStringConvertible {
        var description: String
        var sequence: [String]
        var variant: [String] = []
        var times: (tr: Double, te: Double, ti: Double?)
        var flip: Double?
        var declared: String?

        var acquisition: Acquisition {
            Acquisition(
                repetitionTimeMS: times.tr, echoTimeMS: times.te, inversionTimeMS: times.ti, flipAngleDegrees: flip,
                scanningSequence: sequence, sequenceVariant: variant, acquisitionType: "3D",
                acquisitionContrast: declared)
        }
    }

    @Test(arguments: [
        Scan(description: "iso08", sequence: ["GR", "IR"], times: (1660, 2.54, 850), flip: 9),
        Scan(description: "sag111", sequence: ["IR", "GR"], times: (1570, 3.42, 800), flip: 15),
        Scan(description: "Prisma", sequence: ["GR", "IR"], times: (2250, 4.11, 925), flip: 9),
        Scan(description: "XA30", sequence: ["GR", "IR"], times: (1800, 2.41, 900), flip: 9, declared: "UNKNOWN"),
        Scan(description: "BRAVO", sequence: ["GR"], variant: ["SS", "SP", "SK"], times: (8.9, 3.164, 900)),
        Scan(description: "T1-TFE", sequence: [], times: (6.77, 3.133, nil), flip: 9, declared: "T1"),
        Scan(description: "FFE", sequence: ["GR"], variant: ["MP"], times: (8.2, 3.76, nil), flip: 8),
    ])
    func isT1w(_ p: Scan) {
        #expect(ContrastRule.find(p.acquisition).contrast == .t1w)
    }

    @Test(arguments: [
        Scan(description: "T2sel", sequence: ["SE", "IR"], times: (5000, 388, 1800), flip: 120),
        Scan(description: "tse3dvfl", sequence: ["IR", "SE"], times: (7000, 372, 2220), flip: 120),
        Scan(description: "SPACE", sequence: ["SE", "IR"], times: (6000, 394, 2200)),
        Scan(description: "VISTA", sequence: ["IR"], times: (4800, 386.754, 1650)),
        Scan(description: "CUBE", sequence: ["SE", "IR"], times: (6500, 115, 1950)),
        Scan(description: "enhanced", sequence: [], times: (4800, 340, nil), declared: "FLUID_ATTENUATED"),
    ])
    func isFLAIR(_ p: Scan) {
        #expect(ContrastRule.find(p.acquisition).contrast == .flair)
    }

    @Test(arguments: [
        Scan(description: "T2 SPACE", sequence: ["SE"], times: (3200, 408, nil), flip: 120),
        Scan(description: "STIR", sequence: ["SE", "IR"], times: (4000, 80, 160)),
        Scan(description: "DIR", sequence: ["SE", "IR"], times: (7500, 320, 3000)),
        Scan(description: "T1 SPACE", sequence: ["SE"], times: (700, 11, nil), flip: 120),
        Scan(description: "SWI", sequence: ["GR"], times: (28, 20, nil), flip: 15),
        Scan(description: "PD SPGR", sequence: ["GR"], variant: ["SP"], times: (22, 4, nil), flip: 4),
        Scan(description: "CISS", sequence: ["GR"], variant: ["SS"], times: (5.7, 2.5, nil), flip: 50),
        Scan(description: "declared T2*", sequence: ["GR"], times: (30, 5, nil), flip: 10, declared: "T2_STAR"),
    ])
    func isNeither(_ p: Scan) {
        let finding = ContrastRule.find(p.acquisition)
        #expect(finding.contrast == .other)
        #expect(finding.code == .otherContrast)
    }

    @Test func strippedPhysicsIsUnknown() {
        #expect(ContrastRule.find(Acquisition(acquisitionType: "3D")).code == .unknownContrast)
        #expect(ContrastRule.find(Acquisition(repetitionTimeMS: 9, echoTimeMS: 3)).code == .unknownContrast)
    }

    @Test func otherTechniquesAreNamed() {
        var acquisition = Acquisition.mprage
        acquisition.isAngiography = true
        #expect(ContrastRule.find(acquisition).code == .angiography)
        acquisition.isEchoPlanar = true
        acquisition.isAngiography = false
        #expect(ContrastRule.find(acquisition).code == .echoPlanar)
        acquisition.isDiffusion = true
        #expect(ContrastRule.find(acquisition).code == .diffusion)
    }
}
