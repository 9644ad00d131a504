/// One thing that is wrong with the configuration file.
package struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// Counted from 1; nil where it is not about one line.
    package var line: Int?
    /// `section.key`, or empty where it is about the file.
    package var key: String
    /// What is wrong and what to do.
    package var message: String

    package init(_ key: String, _ message: String, line: Int? = nil) {
        self.line = line
        self.key = key
        self.message = message
    }

    /// `line 12: inbox.settleSeconds: …`
    package var description: String {
        [line.map { "line \($0)" }, key.isEmpty ? nil : key, message].compactMap(\.self).joined(separator: ": ")
    }
}
