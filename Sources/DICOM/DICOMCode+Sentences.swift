extension DICOMCode {
    private static let resend = "Resend the whole series from the scanner or the archive."
    private static let sendOriginal = "Send the original 3D acquisition of the study."
    private static let nothing = "Nothing to do: the other series of the study are looked at on their own."

    var sentences: (meaning: String, advice: String) {
        switch self {
        case .notDICOM:
            ("The file is not a DICOM object.", "Send DICOM or NIfTI files only.")
        case .unreadable:
            ("The DICOM object is damaged and cannot be parsed.", "Resend the object from the scanner or the archive.")
        case .tooLarge:
            ("The object is larger than this program accepts.", "Send the 3D T1w and FLAIR series only.")
        case .truncatedPixels:
            ("The pixel data is shorter than rows, columns and frames require.", Self.resend)
        case .unsupportedTransferSyntax:
            (
                "The object is encoded in a transfer syntax that is not supported.",
                "Let the archive send it as Explicit VR Little Endian."
            )
        case .pixelsUnreadable:
            ("The compressed pixels cannot be decoded.", Self.resend)
        case .noPixels:
            ("The object holds no pixels.", Self.nothing)
        case .unsupportedPixels:
            ("The pixels are not 8 or 16 bit greyscale values.", Self.sendOriginal)
        case .missingIdentifier:
            ("The study, series or object identifier is missing or malformed.", Self.resend)
        case .invalidRescale:
            ("The rescale slope or intercept is no usable number.", Self.resend)
        case .dictionaryMissing:
            (
                "DCMTK's data dictionary was not found.",
                "Install the package libdcmtk17 or set DCMDICTPATH, then retry."
            )
        case .conflictingPatient:
            (
                "One study holds objects of different patients.",
                "Correct the patient's identity in the archive and resend every object of the study."
            )
        case .conflictingDuplicate:
            (
                "Two different objects carry the same SOP Instance UID, and not all of the series was sent again.",
                Self.resend
            )
        case .acquiredOnDifferentDays:
            (
                "Images that belong together were acquired more than 24 hours apart.",
                "Check in the archive whether they are of one examination; send each examination as its own study."
            )
        case .objectsReplaced:
            (
                "Objects were sent again with other content; the newer ones are used.",
                "Check that the change was meant, such as a corrected identity."
            )
        case .sameObjectInTwoSeries:
            (
                "The same SOP Instance UID stands in two series of the study.",
                "Check the study in the archive: a tool may have copied a series without new identifiers."
            )
        case .patientNameVaries:
            (
                "The patient's name is not the same in all objects of the study, though the Patient ID is.",
                "Check the patient's identity in the archive."
            )
        case .patientIDMissing:
            (
                "No object of the study has a Patient ID, so the result cannot be matched by identifier.",
                "Check by other means whose study it is."
            )
        case .localizer:
            ("The series is a localizer.", Self.nothing)
        case .mosaic:
            ("The images are mosaics of many slices, not slices.", Self.nothing)
        case .phase:
            ("The series holds phase, real or imaginary images, not magnitude.", Self.nothing)
        case .reformatted:
            ("The series was reformatted from another one.", Self.sendOriginal)
        case .projection:
            ("The series holds projections, not slices.", Self.sendOriginal)
        case .secondaryCapture:
            ("The series is a secondary capture, not an acquisition.", Self.sendOriginal)
        case .notAVolume:
            ("The series has too few slices for a volume.", Self.resend)
        case .noGeometry:
            ("Position, orientation or pixel spacing is missing.", Self.sendOriginal)
        case .invalidGeometry:
            ("Position, orientation or pixel spacing is no usable value.", Self.sendOriginal)
        case .mixedOrientation:
            ("The slices do not share one orientation.", Self.nothing)
        case .mixedFrameOfReference:
            ("The slices do not share one frame of reference.", Self.resend)
        case .differingSize:
            ("The slices differ in matrix size, pixel spacing or pixel format.", Self.resend)
        case .duplicatePosition:
            ("Several slices lie at the same position and nothing tells them apart.", Self.resend)
        case .missingSlice:
            ("A slice is missing.", Self.resend)
        case .unevenSpacing:
            ("The slices are not evenly spaced.", Self.resend)
        case .sheared:
            ("The slices are shifted against each other (gantry tilt or shear).", Self.sendOriginal)
        case .expectedSlicesMissing:
            ("The series announces more slices than are here.", Self.resend)
        case .notMR:
            ("The series is not MR.", Self.nothing)
        case .not3D:
            ("The series was not acquired in 3D.", "Acquire 3D T1w and 3D FLAIR for screening.")
        case .tooThick:
            (
                "The voxels are larger than 2 mm.",
                "Acquire 3D T1w and 3D FLAIR with voxels of about 1 mm for screening."
            )
        case .contrastAgent:
            (
                "The images were made with a contrast agent.",
                "Send the series acquired before the contrast agent was given."
            )
        case .angiography:
            ("The series is an angiography.", Self.nothing)
        case .diffusion:
            ("The series is diffusion imaging.", Self.nothing)
        case .echoPlanar:
            ("The series is echo-planar imaging.", Self.nothing)
        case .syntheticOrCombined:
            ("The image is one of an MP2RAGE or computed from several contrasts.", Self.nothing)
        case .otherContrast:
            ("The acquisition is neither T1w gradient echo nor FLAIR.", Self.nothing)
        case .unknownContrast:
            (
                "The header does not hold the acquisition parameters that tell T1w and FLAIR.",
                "Send the series with its sequence parameters (do not strip them when anonymising)."
            )
        case .betterSeries:
            ("Another series of the study is a better choice.", Self.nothing)
        case .ambiguousSeries:
            (
                "Several series of the study are equally good and differ, so none was taken.",
                "In the configuration, exclude the wrong one by a [[series]] rule (use = \"never\") or mark the right one "
                    + "(use = \"prefer\"), restart the service, then fcdwatch rescreen the case."
            )
        case .contrastAgentHint:
            (
                "The description speaks of a contrast agent, though no tag of the header does.",
                "Send the series acquired before the agent; where the words mean something else, name the contrast by "
                    + "a [[series]] rule."
            )
        case .wrongBodyPart:
            (
                "The header names a body part that is not the head.",
                "Correct Body Part Examined and resend, or name the contrast of this protocol by a [[series]] rule."
            )
        case .excludedByRule:
            ("A [[series]] rule of the configuration excludes the series.", Self.nothing)
        case .ruleContradicted:
            (
                "A [[series]] rule of the configuration calls the series what its physics contradicts.",
                "Correct the rule: it may fit more series than was meant."
            )
        case .postOperativeHint:
            (
                "The description speaks of an operation. Cavities and scars after surgery were not part of what the models "
                    + "learned.",
                "Read the result with the patient's history."
            )
        }
    }
}
