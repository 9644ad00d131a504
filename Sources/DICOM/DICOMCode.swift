/// Every reason for which this target refuses an object or a series, or has something to say about it, with what to do.
///
/// The raw values are stable: documents, audit rows and work lists name them.
package enum DICOMCode: String, Sendable, Codable, CaseIterable {
    // One file.
    case notDICOM = "NOT_DICOM"
    case unreadable = "DICOM_UNREADABLE"
    case tooLarge = "TOO_LARGE"
    case truncatedPixels = "TRUNCATED_PIXELS"
    case unsupportedTransferSyntax = "UNSUPPORTED_TRANSFER_SYNTAX"
    case pixelsUnreadable = "PIXELS_UNREADABLE"
    case noPixels = "NO_PIXELS"
    case unsupportedPixels = "PIXEL_FORMAT_UNSUPPORTED"
    case missingIdentifier = "IDENTIFIER_MISSING"
    case invalidRescale = "RESCALE_INVALID"
    case dictionaryMissing = "DICTIONARY_MISSING"

    // One study.
    case conflictingPatient = "CONFLICTING_PATIENT"
    case conflictingDuplicate = "DUPLICATE_DIFFERS"
    case acquiredOnDifferentDays = "ACQUIRED_ON_DIFFERENT_DAYS"

    // What a reader of the study should know; nothing is refused for it.
    case objectsReplaced = "OBJECTS_REPLACED"
    case sameObjectInTwoSeries = "SAME_OBJECT_IN_TWO_SERIES"
    case patientNameVaries = "PATIENT_NAME_VARIES"
    case patientIDMissing = "PATIENT_ID_MISSING"

    // What kind of image it is.
    case localizer = "IMAGETYPE_LOCALIZER"
    case mosaic = "IMAGETYPE_MOSAIC"
    case phase = "IMAGETYPE_PHASE"
    case reformatted = "IMAGETYPE_MPR"
    case projection = "IMAGETYPE_PROJECTION"
    case secondaryCapture = "IMAGETYPE_SECONDARY_CAPTURE"

    // Where its voxels lie.
    case notAVolume = "NOT_A_VOLUME"
    case noGeometry = "GEOMETRY_NO_GEOMETRY"
    case invalidGeometry = "GEOMETRY_INVALID"
    case mixedOrientation = "GEOMETRY_MIXED_ORIENTATION"
    case mixedFrameOfReference = "GEOMETRY_MIXED_FRAME_OF_REFERENCE"
    case differingSize = "GEOMETRY_DIFFERING_SIZE"
    case duplicatePosition = "GEOMETRY_DUPLICATE_POSITION"
    case missingSlice = "GEOMETRY_MISSING_SLICE"
    case unevenSpacing = "GEOMETRY_UNEVEN_SPACING"
    case sheared = "GEOMETRY_SHEARED"
    case expectedSlicesMissing = "EXPECTED_SLICES_MISSING"

    // Whether it is one of the two contrasts that are screened.
    case notMR = "NOT_MR"
    case not3D = "NOT_3D"
    case tooThick = "TOO_THICK"
    case contrastAgent = "CONTRAST_AGENT"
    case angiography = "CONTRAST_ANGIOGRAPHY"
    case diffusion = "CONTRAST_DIFFUSION"
    case echoPlanar = "CONTRAST_ECHO_PLANAR"
    case syntheticOrCombined = "CONTRAST_COMBINED"
    case otherContrast = "CONTRAST_NOT_T1W_OR_FLAIR"
    case unknownContrast = "CONTRAST_UNKNOWN"
    case betterSeries = "NOT_CHOSEN_BETTER_SERIES"
    case ambiguousSeries = "AMBIGUOUS_SERIES"
    case contrastAgentHint = "CONTRAST_AGENT_HINT"
    case wrongBodyPart = "WRONG_BODY_PART"
    case excludedByRule = "SERIES_EXCLUDED_BY_RULE"
    case ruleContradicted = "SERIES_RULE_CONTRADICTED"

    // A note on a series that is used.
    case postOperativeHint = "POST_OPERATIVE_HINT"

    /// What the code says, as a sentence.
    package var meaning: String { sentences.meaning }

    /// What to do next, as a sentence.
    package var advice: String { sentences.advice }
}
