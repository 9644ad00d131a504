/// What a scanner writes about the pulse sequence of a series.
package struct MRSequence: Sendable, Hashable {
    package var seriesDescription: String
    /// Values parted by a backslash, as in the file.
    package var scanningSequence: String
    package var sequenceVariant: String
    package var scanOptions: String
    /// `3D` or `2D`.
    package var acquisitionType: String
    package var sequenceName: String
    package var imageType = "ORIGINAL\\PRIMARY\\M\\ND\\NORM"
    package var repetitionTimeMS: Double
    package var echoTimeMS: Double
    /// nil where the sequence inverts nothing.
    package var inversionTimeMS: Double?
    package var flipAngleDegrees: Double
    package var echoTrainLength: Int
    package var magneticFieldTesla = 3.0
}

/// The 3D sequences have the values of the protocols in OpenNeuro ds004199, the data set of the paper.
extension MRSequence {
    /// 3D T1-weighted MPRAGE, protocol `iso08`.
    package static let mprage = MRSequence(
        seriesDescription: "t1_mpr_32ch_iso_0.8", scanningSequence: "GR\\IR", sequenceVariant: "SP\\MP\\OSP",
        scanOptions: "IR", acquisitionType: "3D", sequenceName: "*tfl3d1_ns", repetitionTimeMS: 1660,
        echoTimeMS: 2.54, inversionTimeMS: 850, flipAngleDegrees: 9, echoTrainLength: 1)

    /// 3D FLAIR, variable-flip-angle turbo spin echo, protocol `T2sel`.
    package static let spaceFLAIR = MRSequence(
        seriesDescription: "flair_32ch_iso_1.0_T2sel", scanningSequence: "SE\\IR", sequenceVariant: "SK\\SP\\MP",
        scanOptions: "IR\\PFP\\SAT1", acquisitionType: "3D", sequenceName: "*spcir3d1_286ns", repetitionTimeMS: 5000,
        echoTimeMS: 388, inversionTimeMS: 1800, flipAngleDegrees: 120, echoTrainLength: 143)

    /// 2D FLAIR in thick slices, as most clinical protocols have it.
    package static let thickSliceFLAIR = MRSequence(
        seriesDescription: "t2_tirm_tra_dark-fluid", scanningSequence: "SE\\IR", sequenceVariant: "SK\\SP\\MP\\OSP",
        scanOptions: "IR\\FS", acquisitionType: "2D", sequenceName: "*tir2d1_16", repetitionTimeMS: 9000,
        echoTimeMS: 81, inversionTimeMS: 2500, flipAngleDegrees: 150, echoTrainLength: 16)
}
