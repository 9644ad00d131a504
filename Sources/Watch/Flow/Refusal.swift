import DICOM
import Imaging
import Screening

/// An error that ends in a stable code and a sentence that says what to do.
protocol Refusal: Error {
    var reason: Reason { get }
    /// True where the image is the cause, so that the case is NOT ASSESSABLE; false where the machine or a model is.
    var isAboutTheImage: Bool { get }
}

extension DICOMError: Refusal {
    var isAboutTheImage: Bool { true }
}

extension ImagingError: Refusal {
    var reason: Reason { Reason(code: code.rawValue, message: message) }
    var isAboutTheImage: Bool { code != .unwritable && code != .badPlan }
}

extension ScreeningError: Refusal {
    /// A model that cannot be used is no fault of the image, but it leaves that image without a score.
    var isAboutTheImage: Bool { code == .noModel }
}

extension WatchError: Refusal {
    var reason: Reason { Reason(code: code.rawValue, message: message) }

    /// Errors of the service itself; what it finds wrong with an image it notes without throwing.
    var isAboutTheImage: Bool { false }
}

extension WatchError.Code {
    /// The code with its own sentence.
    var reason: Reason { Reason(code: rawValue, message: sentence) }
}
