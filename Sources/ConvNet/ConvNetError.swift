/// Why a network could not be built or run, or its weights not be read or written.
package struct ConvNetError: Error, Sendable, CustomStringConvertible {
    /// Stable codes; the documentation has one table of them with what to do.
    package enum Code: String, Sendable, Codable, CaseIterable {
        case unreadable = "WEIGHTS_UNREADABLE"
        case unwritable = "WEIGHTS_UNWRITABLE"
        case notRecognised = "WEIGHTS_NOT_RECOGNISED"
        case truncated = "WEIGHTS_TRUNCATED"
        case malformed = "WEIGHTS_MALFORMED"
        case forbidden = "WEIGHTS_FORBIDDEN_CONTENT"
        case unsupported = "WEIGHTS_UNSUPPORTED"
        case tooLarge = "WEIGHTS_TOO_LARGE"
        case stateMismatch = "WEIGHTS_DO_NOT_FIT"
        case badArchitecture = "NETWORK_UNSUPPORTED"
        case badInput = "NETWORK_INPUT_INVALID"
        case notFinite = "NETWORK_NOT_FINITE"
        case kernelsUnsupported = "KERNELS_UNSUPPORTED"
        case notEnoughMemory = "NOT_ENOUGH_MEMORY"
    }

    package var code: Code
    /// What is wrong and what to do next. Holds no path.
    package var message: String
    /// What it is about: the name of a parameter, a field or an operation.
    package var subject: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, subject: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.subject = subject.map(Self.printable)
        self.cause = cause
    }

    package var description: String {
        subject.map { "\(code.rawValue): \(message) [\($0)]" } ?? "\(code.rawValue): \(message)"
    }

    /// Text that came from a file, made safe to print: ASCII without control characters, at most 96 of them.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.prefix(96).map { (0x20..<0x7F).contains($0.value) ? $0 : "?" })
        )
    }
}
