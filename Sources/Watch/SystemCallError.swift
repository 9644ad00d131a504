import Glibc

/// A system call that failed: its name and `errno`.
package struct SystemCallError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Name of the call.
    package let call: String
    /// `errno`.
    package let number: Int32

    package init(_ call: String, _ number: Int32) {
        self.call = call
        self.number = number
    }

    /// The current `errno`, read before anything else can change it.
    static func last(_ call: String) -> SystemCallError { SystemCallError(call, errno) }

    package var description: String { "\(call): \(String(cString: strerror(number)))" }

    /// True where the storage is full or a quota or the inodes are used up.
    var isNoSpace: Bool { number == ENOSPC || number == EDQUOT }
    /// True where the storage was mounted or turned read-only.
    var isReadOnly: Bool { number == EROFS }
}
