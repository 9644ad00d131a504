/// What the Image Type says an image is, where that alone rules it out as a volume (DICOM PS3.3 C.8.3.1.1.1).
enum ImageKind {
    private static let secondaryCaptureClass = "1.2.840.10008.5.1.4.1.1.7"

    /// Values after the first two that name one kind, and the code of each kind. The first match counts.
    private static let kinds: [(code: DICOMCode, values: Set<String>)] = [
        (.localizer, ["LOCALIZER", "SCOUT", "SURVEY"]),
        (.mosaic, ["MOSAIC"]),
        (.secondaryCapture, ["SECONDARY CAPTURE", "SCREEN SAVE", "SCREENSHOT"]),
        (
            .projection,
            [
                "PROJECTION IMAGE", "PROJECTION", "MIP", "MINIP", "MIN_IP", "MAX_IP", "MAXIMUM INTENSITY PROJECTION",
                "VOLUME RENDERING", "VR", "SSD",
            ]
        ),
        (.reformatted, ["MPR", "REFORMATTED", "CPR", "CSAPARALLEL", "CSAMPR", "CSA MPR", "RESAMPLED", "CURVED MPR"]),
    ]

    /// The reason for which no image of this kind becomes a volume; nil where there is none.
    static func refusal(of series: DICOMSeries) -> DICOMError? {
        for slice in series.slices {
            let header = series.files[slice.file].header
            let frame = series.frameHeader(slice)
            if let code = code(header: header, frame: frame) { return DICOMError(code) }
        }
        return nil
    }

    static func isSecondaryCapture(_ sopClassUID: String) -> Bool {
        sopClassUID == secondaryCaptureClass || sopClassUID.hasPrefix(secondaryCaptureClass + ".")
    }

    static func code(header: FileHeader, frame: FrameHeader) -> DICOMCode? {
        if isSecondaryCapture(header.sopClassUID) { return .secondaryCapture }
        let values = Set(frame.imageType.dropFirst(2)).union(header.imageType.dropFirst(2))
        for kind in kinds where !kind.values.isDisjoint(with: values) { return kind.code }
        return SeriesSplit.component(frame) == "MAGNITUDE" || header.modality != "MR" ? nil : .phase
    }

    /// Values that name one image of MP2RAGE, a map, or an image computed from several echoes or contrasts.
    private static let computedValues: Set<String> = [
        "UNI", "INV1", "INV2", "T1 MAP", "T2 MAP", "T2_STAR MAP", "R2 MAP", "MAP", "T1MAP", "T2MAP", "R1", "R2",
        "R2STAR",
        "QSM", "ADC", "FA", "TRACEW", "TENSOR", "SUB", "SUBTRACTION", "SUBTRACT", "SYNTHETIC", "PERFUSION", "CBF",
        "CBV",
        "MTT", "TTP", "SWI", "SWAN", "MNIP", "ASL",
        // Dixon: water, fat and sums of two echoes, as Siemens, GE, Philips and enhanced objects name them.
        "DIXON", "WATER", "FAT", "W", "F", "FAT_FRACTION", "IN_PHASE", "OPP_PHASE", "OUT_PHASE", "OUT_OF_PHASE",
        "OPPOSED_PHASE", "IP", "OP", "FF",
    ]

    /// Whether the image is no plain acquisition of one contrast.
    static func isComputed(_ series: DICOMSeries) -> Bool {
        series.slices.contains { !computedValues.isDisjoint(with: series.frameHeader($0).imageType.dropFirst(2)) }
    }

    /// Whether the image was computed from others.
    static func isDerived(_ frame: FrameHeader) -> Bool { frame.imageType.first == "DERIVED" }

    /// Whether uneven sensitivity of the coils was corrected: NORM of Siemens, UCA of UIH.
    static func isHomogenised(_ frame: FrameHeader) -> Bool {
        !Set(frame.imageType).isDisjoint(with: ["NORM", "UCA"])
    }

    /// 0 where distortion by the gradients was corrected along all axes, 1 within the slice, 2 not at all.
    static func distortionRank(_ frame: FrameHeader) -> Int {
        frame.imageType.contains("DIS3D") ? 0 : frame.imageType.contains("DIS2D") ? 1 : 2
    }
}
