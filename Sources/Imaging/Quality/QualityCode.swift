/// Why a scan must not be scored: stable codes of the voxels' examination.
package enum QualityCode: String, Sendable, CaseIterable {
    case notAHead = "NOT_A_HEAD"
    case headCutOff = "HEAD_CUT_OFF"
    case notUpright = "HEAD_NOT_UPRIGHT"
    case voxelsTooLarge = "VOXELS_TOO_LARGE"
    case inputKindMismatch = "INPUT_KIND_MISMATCH"
    case notMagnetic = "IMAGE_NOT_MR"
    case coarse = "IMAGE_COARSELY_STORED"
    case saturated = "IMAGE_SATURATED"
    case flat = "IMAGE_FLAT"
    case slicesDiffer = "SLICES_DIFFER_IN_BRIGHTNESS"
    case noisy = "IMAGE_NOISY"
    case ghosted = "IMAGE_GHOSTED"
    case shaded = "IMAGE_SHADED"
    case blurred = "IMAGE_BLURRED"
    case interpolated = "IMAGE_INTERPOLATED"
    case otherContrast = "CONTRAST_NOT_AS_NAMED"
    case scansDisagree = "T1W_FLAIR_DISAGREE"

    /// What the code means and what to do.
    package var sentence: String {
        switch self {
        case .notAHead: "The image does not look like a head. It gets no score; check which series was sent."
        case .headCutOff:
            "The head is cut off. Send a series that covers the whole head down to the cerebellum."
        case .notUpright:
            "The head does not lie as the header says: front, back or top are elsewhere. Correct the orientation where "
                + "the image was converted, then send it again."
        case .voxelsTooLarge: "The voxels are too large: a 2D series. Send the 3D series."
        case .inputKindMismatch:
            "The model was made for the other kind of image, full head or skull-stripped. Send that kind."
        case .notMagnetic: "The intensities are those of a CT or of a processed image. Send the MR series as acquired."
        case .coarse:
            "The image has too few intensity levels: a label map or a picture. Send the series as the scanner stored it."
        case .saturated:
            "Too much of the brain is at the highest value: the image was clipped. Send the series as the scanner stored it."
        case .flat: "A part of the brain has one value throughout. Look at the image, then send the series as acquired."
        case .slicesDiffer:
            "Slices are black or differ in brightness. Look at the image; send the series again, or repeat the scan."
        case .noisy: "The image is too noisy for a score. Look at it; repeat the scan if it is needed."
        case .ghosted:
            "The image has ghosts, of motion or of the scanner. Look at it; repeat the scan if it is needed."
        case .shaded:
            "One end of the brain is far brighter than the other, as under a single coil. Send the series that the scanner "
                + "corrected for it, or repeat the scan."
        case .blurred: "The image is too blurred for a score. Send the unfiltered 3D series, or repeat the scan."
        case .interpolated:
            "The image is blurred or repeated along one axis: thick slices made into thin ones. Send the 3D series."
        case .otherContrast:
            "The contrast is not the one that the image is named for. Check which series was sent as T1w and as FLAIR."
        case .scansDisagree:
            "T1w and FLAIR do not show one head in one place. Neither is scored; check that both are of one examination."
        }
    }

    /// The code with its own sentence.
    package var reason: Reason { Reason(code: rawValue, message: sentence) }
}
