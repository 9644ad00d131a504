/// A stable code, what it means here, and what to do next. Free of patient data.
package struct Reason: Codable, Sendable, Hashable {
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
