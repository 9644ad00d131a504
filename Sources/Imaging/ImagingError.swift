/// Why an image could not be read, written or prepared.
package struct ImagingError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the documentation has one table of them with what to do.
    package enum Code: String, Sendable, Codable, CaseIterable {
        case unreadable = "NIFTI_UNREADABLE"
        case notNIfTI = "NIFTI_NOT_NIFTI"
        case truncated = "NIFTI_TRUNCATED"
        /// A compressed file that cannot be unpacked or fails its checksum.
        case damaged = "NIFTI_DAMAGED"
        case badHeader = "NIFTI_BAD_HEADER"
        case tooLarge = "NIFTI_TOO_LARGE"
        case unsupportedType = "NIFTI_UNSUPPORTED_TYPE"
        case notThreeDimensional = "NIFTI_NOT_3D"
        case noOrientation = "NIFTI_NO_ORIENTATION"
        case conflictingOrientation = "NIFTI_CONFLICTING_ORIENTATION"
        case notFinite = "IMAGE_NOT_FINITE"
        case badPlan = "PLAN_INVALID"
        case emptyForeground = "FOREGROUND_EMPTY"
        case inputKindMismatch = "INPUT_KIND_MISMATCH"
        case unwritable = "NIFTI_UNWRITABLE"
    }

    package var code: Code
    /// What is wrong and what to do next. Holds no path and no text from the file.
    package var message: String
    /// What it is about: a file's base name is never put here, an axis or a field name may be.
    package var subject: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
        self.cause = cause
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
