/// Why a page, a picture or a result file could not be made or read.
package struct ReportingError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the documentation has one table of them with what to do.
    package enum Code: String, Sendable, Codable, CaseIterable {
        case imageFailed = "REPORT_IMAGE_FAILED"
        case gridMismatch = "REPORT_GRID_MISMATCH"
        case badGeometry = "REPORT_BAD_GEOMETRY"
        case notEncodable = "RESULT_NOT_ENCODABLE"
        case notReadable = "RESULT_NOT_READABLE"
        case unknownSchema = "RESULT_UNKNOWN_SCHEMA"
    }

    package var code: Code
    /// What is wrong and what to do next. Holds no path and nothing about the patient.
    package var message: String
    /// What it is about: a modality or a field name.
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
