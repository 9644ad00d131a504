/// Why a synthetic DICOM object could not be written.
package struct SynthesisError: Error, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, Codable, CaseIterable {
        /// The grid has no right angles, or an empty axis: no classic series can hold it.
        case unsuitableGrid = "SYNTHESIS_UNSUITABLE_GRID"
        case unwritable = "SYNTHESIS_UNWRITABLE"
    }

    package var code: Code
    /// What is wrong and what to do next.
    package var message: String
    /// What it is about, such as a DICOM tag.
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
