import Imaging

extension ImagingError.Code {
    /// What the code means and what to do, for lists that do not have the error itself.
    var sentence: String {
        switch self {
        case .unreadable: "The NIfTI file cannot be read. Send it again."
        case .notNIfTI: "The file is no NIfTI image. Send .nii or .nii.gz files."
        case .truncated: "The NIfTI file ends too early. Send it again."
        case .damaged: "The compressed NIfTI file is damaged. Send it again."
        case .badHeader: "The NIfTI header contradicts itself. Convert the series again."
        case .tooLarge:
            "The image is larger than 512 voxels along an axis, or the file larger than its header says. Convert the "
                + "series again, as it was acquired."
        case .unsupportedType: "The voxel type is not supported. Convert to int16 or float32."
        case .notThreeDimensional: "The image is not three-dimensional. Send one volume per file."
        case .noOrientation:
            "The NIfTI header has neither sform nor qform, so left and right are unknown. Convert again."
        case .conflictingOrientation: "sform and qform disagree by more than 1 mm or 2°. Correct the header."
        case .notFinite: "The image holds values that are no numbers. Convert the series again."
        case .badPlan: "A model's preprocessing plan makes no sense. Restore its bundle."
        case .emptyForeground: "Nothing but background was found in the image. Check that the right file was sent."
        case .unwritable: "A NIfTI file could not be written. Check the free space."
        default: "The image cannot be used. Check that the right file was sent."
        }
    }
}

extension WatchError.Code {
    /// What the code means and what to do, for lists that do not have the error itself.
    var sentence: String {
        switch self {
        case .alreadyRunning: "Another fcdwatch runs on this state folder. Stop it first."
        case .ambiguousPair: "Several images of one contrast lie together. Send one T1w and one FLAIR per folder."
        case .attemptsExhausted: "Every attempt ended badly. See fcdwatch explain, then fcdwatch retry."
        case .badJob: "A worker was given a job it cannot read. Report this."
        case .configurationInvalid: "The configuration has errors. Run fcdwatch check-config."
        case .configurationUnreadable: "The configuration cannot be read. Check its path and rights."
        case .earlierCopiesGone:
            "Late files of a study whose earlier copies were let go. Its report stands; to screen the study anew, send all "
                + "of it again."
        case .inboxNotEmpty: "The inbox held files before the first start. Start once with --adopt, or empty it."
        case .inboxUnreadable: "The inbox cannot be listed. Check that it is mounted and readable."
        case .inotifyUnavailable:
            "The kernel gives no file events; the inbox is looked at every inbox.rescanSeconds instead. Nothing is to "
                + "be done; for events too, raise fs.inotify.max_user_watches."
        case .ioFailed: "The storage reported an error. Check the disk or the share; the journal says more."
        case .missingImage: "This modality did not come with the study. If it was acquired, send the study with it."
        case .notAnImage: "The file is neither DICOM nor NIfTI. Send images only."
        case .notFound: "There is no such case. See fcdwatch list."
        case .nothingNew:
            "Late files of a study that would not change what is screened. Its report stands; nothing is to be done."
        case .noUsableSeries: "No 3D T1w or 3D FLAIR was found in the study. See the reasons on its page."
        case .noSpace: "The storage is full. Free some; the service goes on by itself."
        case .outputMissing: "An output was missing or not whole; nothing was published. Retry the case."
        case .replacedBeforeItsTurn:
            "Newer images of the study came before this case had its turn; the newer case has all of its files. Nothing is to "
                + "be done."
        case .readOnlyStorage: "The storage is read-only. Mount it writable; the service goes on by itself."
        case .sameObjectInTwoStudies:
            "One object came in two studies. Scanner or archive numbers them wrongly, or a study was copied: make sure whose "
                + "images these are before using either report."
        case .sandboxFailed: "The worker could not bind itself to its limits. Check the unit file and its drop-ins."
        case .screeningStopped: "A model is not what its manifest says. Restore its bundle, then restart the service."
        case .severalStudies:
            "The files are of several studies, perhaps of several patients. Screen one study at a time."
        case .severalSeries: "The folder holds several series. Name one with --series."
        case .stateDamaged:
            "A file of the state folder is damaged. Run fcdwatch audit verify --anchor with the journal's last head."
        case .takenWhileWritten:
            "The file was still being written when it was taken; its whole content was taken later. Nothing is to be done."
        case .stateUnwritable: "The state folder cannot be written. Check its rights and free space."
        case .unnamedContrast: "The file's name does not say T1w or FLAIR. Rename it and send it again."
        case .unwritable: "An output could not be written. Check rights and free space, then retry."
        case .workerUnavailable:
            "Workers cannot be started or lack what they need. Files and cases wait. See the journal."
        case .wrongState: "The case is in a state in which this cannot be done. See fcdwatch show."
        }
    }
}
