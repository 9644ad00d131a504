/// How the images were acquired: the physics by which T1w and FLAIR are told, one description for a series.
package struct Acquisition: Codable, Sendable, Hashable {
    package var repetitionTimeMS: Double?
    package var echoTimeMS: Double?
    package var inversionTimeMS: Double?
    /// Further inversion times, as of double inversion recovery and MP2RAGE.
    package var otherInversionTimesMS: [Double]
    package var flipAngleDegrees: Double?
    package var fieldStrengthT: Double?
    /// SE, GR, IR, EP, RM; from the enhanced attributes where the object has no Scanning Sequence.
    package var scanningSequence: [String]
    package var sequenceVariant: [String]
    package var scanOptions: [String]
    /// Vendor's name of the sequence, such as `*tfl3d1_16ns`.
    package var sequenceName: String?
    /// 2D or 3D.
    package var acquisitionType: String?
    /// T1, T2, FLUID_ATTENUATED …, or UNKNOWN.
    package var acquisitionContrast: String?
    package var inversionRecovery: Bool?
    package var hasContrastAgent: Bool
    package var isAngiography: Bool
    package var isDiffusion: Bool
    package var isEchoPlanar: Bool

    package init(
        repetitionTimeMS: Double? = nil, echoTimeMS: Double? = nil, inversionTimeMS: Double? = nil,
        otherInversionTimesMS: [Double] = [], flipAngleDegrees: Double? = nil, fieldStrengthT: Double? = nil,
        scanningSequence: [String] = [],
        sequenceVariant: [String] = [], scanOptions: [String] = [], sequenceName: String? = nil,
        acquisitionType: String? = nil, acquisitionContrast: String? = nil, inversionRecovery: Bool? = nil,
        hasContrastAgent: Bool = false, isAngiography: Bool = false, isDiffusion: Bool = false,
        isEchoPlanar: Bool = false
    ) {
        self.repetitionTimeMS = repetitionTimeMS
        self.echoTimeMS = echoTimeMS
        self.inversionTimeMS = inversionTimeMS
        self.otherInversionTimesMS = otherInversionTimesMS
        self.flipAngleDegrees = flipAngleDegrees
        self.fieldStrengthT = fieldStrengthT
        self.scanningSequence = scanningSequence
        self.sequenceVariant = sequenceVariant
        self.scanOptions = scanOptions
        self.sequenceName = sequenceName
        self.acquisitionType = acquisitionType
        self.acquisitionContrast = acquisitionContrast
        self.inversionRecovery = inversionRecovery
        self.hasContrastAgent = hasContrastAgent
        self.isAngiography = isAngiography
        self.isDiffusion = isDiffusion
        self.isEchoPlanar = isEchoPlanar
    }
}
