/// What one DICOM object says about itself, as far as later steps need it. Never pixel data, never patient identity.
///
/// `privateText` may hold anything a technician typed, names included: it serves to break ties and is shown on pages
/// only, never in logs, errors or file names.
package struct FileHeader: Codable, Sendable, Hashable {
    package var transferSyntaxUID: String
    package var sopClassUID: String
    package var sopInstanceUID: String
    package var studyInstanceUID: String
    package var seriesInstanceUID: String
    package var frameOfReferenceUID: String?
    /// Whose object it is, as digests.
    package var patient: PatientDigest
    /// When it was acquired, as far as it says.
    package var acquired: AcquisitionMoment?
    /// SHA-256 (hex) of the file behind its meta group, which every hop may rewrite.
    package var contentSHA256: String

    package var modality: String
    package var imageType: [String]
    package var manufacturer: String?
    package var model: String?
    package var software: String?
    package var stationName: String?
    /// Body Part Examined, which technicians choose from a list.
    package var bodyPart: String?
    package var seriesNumber: Int?
    package var acquisitionNumber: Int?
    package var instanceNumber: Int?
    /// How many images there should be, as far as the scanner says.
    package var expected = ExpectedCounts()

    package var pixels: PixelFormat
    /// One entry for each frame; a classic object has one.
    package var frames: [FrameHeader]
    package var acquisition: Acquisition
    package var privateText: PrivateText

    package init(
        transferSyntaxUID: String = TransferSyntax.explicitLittleEndian.rawValue, sopClassUID: String,
        sopInstanceUID: String, studyInstanceUID: String, seriesInstanceUID: String,
        frameOfReferenceUID: String? = nil, patient: PatientDigest = PatientDigest(), contentSHA256: String = "",
        modality: String, imageType: [String], pixels: PixelFormat, frames: [FrameHeader],
        acquisition: Acquisition = Acquisition(), privateText: PrivateText = PrivateText()
    ) {
        self.transferSyntaxUID = transferSyntaxUID
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.frameOfReferenceUID = frameOfReferenceUID
        self.patient = patient
        self.contentSHA256 = contentSHA256
        self.modality = modality
        self.imageType = imageType
        self.pixels = pixels
        self.frames = frames
        self.acquisition = acquisition
        self.privateText = privateText
    }
}

/// Free text of the series. May hold names: never logged.
package struct PrivateText: Codable, Sendable, Hashable {
    package var seriesDescription: String?
    package var protocolName: String?
    package var studyDescription: String?

    package init(seriesDescription: String? = nil, protocolName: String? = nil, studyDescription: String? = nil) {
        self.seriesDescription = seriesDescription
        self.protocolName = protocolName
        self.studyDescription = studyDescription
    }
}

/// What one frame says about itself, from its own functional groups, the shared ones or the data set.
package struct FrameHeader: Codable, Sendable, Hashable {
    /// Image Position (Patient): centre of the first pixel, LPS mm.
    package var positionLPS: SIMD3<Double>?
    /// Direction of increasing column index, LPS.
    package var rowDirection: SIMD3<Double>?
    /// Direction of increasing row index, LPS.
    package var columnDirection: SIMD3<Double>?
    /// Distance between the centres of neighbouring rows, mm (first value of Pixel Spacing).
    package var rowSpacingMM: Double?
    /// Distance between the centres of neighbouring columns, mm (second value of Pixel Spacing).
    package var columnSpacingMM: Double?
    package var sliceThicknessMM: Double?
    /// 1 where the header has none; nil where it has one that is no number.
    package var rescaleSlope: Double?
    package var rescaleIntercept: Double?
    package var echoTimeMS: Double?
    package var echoNumber: Int?
    package var temporalPosition: Int?
    package var triggerTimeMS: Double?
    package var stackID: String?
    /// Image Type or Frame Type of this frame.
    package var imageType: [String]
    /// MAGNITUDE, PHASE, REAL, IMAGINARY or MIXED, where the header says.
    package var complexComponent: String?

    package init(
        positionLPS: SIMD3<Double>? = nil, rowDirection: SIMD3<Double>? = nil, columnDirection: SIMD3<Double>? = nil,
        rowSpacingMM: Double? = nil, columnSpacingMM: Double? = nil, sliceThicknessMM: Double? = nil,
        rescaleSlope: Double? = 1, rescaleIntercept: Double? = 0, echoTimeMS: Double? = nil, imageType: [String] = []
    ) {
        self.positionLPS = positionLPS
        self.rowDirection = rowDirection
        self.columnDirection = columnDirection
        self.rowSpacingMM = rowSpacingMM
        self.columnSpacingMM = columnSpacingMM
        self.sliceThicknessMM = sliceThicknessMM
        self.rescaleSlope = rescaleSlope
        self.rescaleIntercept = rescaleIntercept
        self.echoTimeMS = echoTimeMS
        self.imageType = imageType
    }
}
