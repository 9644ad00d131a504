package import Imaging

/// Why a DICOM object, a series or a study cannot be used.
package struct DICOMError: Error, Sendable, CustomStringConvertible {
    package var code: DICOMCode
    /// What is wrong and what to do next. Holds no path and no text from the file.
    package var message: String
    /// What it is about: a UID, a field name, or nothing.
    package var subject: String?
    package var cause: (any Error)?

    /// - Parameter found: what was found, as a whole sentence; the code's own sentence when nil. The advice follows it.
    package init(_ code: DICOMCode, _ found: String? = nil, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = (found ?? code.meaning) + " " + code.advice
        self.subject = subject
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// Code and message as they stand in a report.
    package var reason: Reason { Reason(code: code.rawValue, message: message) }
}
