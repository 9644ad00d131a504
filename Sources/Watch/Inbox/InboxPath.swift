/// Where a file lies inside the inbox: the bytes of each component, as the file system holds them.
///
/// A name need not be UTF-8, and it may name a patient: never log it.
package struct InboxPath: Hashable, Sendable, Comparable {
    /// From the inbox root downwards; empty for the root itself.
    package let components: [[UInt8]]

    package init(components: [[UInt8]]) {
        self.components = components
    }

    /// Undoes `escaped`.
    ///
    /// - Returns: nil where `escaped` was not made by that property.
    package init?(escaped: String) {
        var components: [[UInt8]] = []
        for part in escaped.split(separator: "/", omittingEmptySubsequences: true) {
            guard let bytes = Self.unescape(part) else { return nil }
            components.append(bytes)
        }
        self.components = components
    }

    /// The last component's bytes.
    package var name: [UInt8] { components.last ?? [] }
    /// The path without its last component.
    package var folder: InboxPath { InboxPath(components: Array(components.dropLast())) }
    /// Number of components; 0 for the root.
    package var depth: Int { components.count }

    /// The path of `name` in this folder.
    package func appending(_ name: [UInt8]) -> InboxPath { InboxPath(components: components + [name]) }

    /// The path as text that can be stored and turned back: `/` between components; `%`, control characters and bytes
    /// that are no UTF-8 become `%XX`.
    package var escaped: String {
        components.map(Self.escape).joined(separator: "/")
    }

    /// True for names that a sender uses while a file is still being written, and for anything hidden.
    package var isPartial: Bool {
        let isInHidden = components.contains { $0.withUnsafeBufferPointer(Self.isHidden) }
        return isInHidden || name.withUnsafeBufferPointer(Self.isPartialName)
    }

    static func isHidden(_ name: UnsafeBufferPointer<UInt8>) -> Bool { name.first == UInt8(ascii: ".") }

    /// The same of a last component alone.
    static func isPartialName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        if isHidden(name) || name.last == UInt8(ascii: "~") { return true }
        return partialSuffixes.contains { suffix in
            name.count > suffix.count
                && zip(name.suffix(suffix.count), suffix).allSatisfy { ((65...90).contains($0) ? $0 + 32 : $0) == $1 }
        }
    }

    private static let partialSuffixes = [".part", ".partial", ".tmp", ".filepart", ".crdownload"].map {
        Array($0.utf8)
    }

    /// Stands for this path in memory, where a hundred thousand are kept. Differs from one process to the next.
    package var fingerprint: UInt64 {
        components.reduce(PathKey()) { key, name in name.withUnsafeBufferPointer(key.appending) }.value
    }

    /// Byte order, component by component.
    package static func < (a: InboxPath, b: InboxPath) -> Bool {
        a.components.lexicographicallyPrecedes(b.components) { $0.lexicographicallyPrecedes($1) }
    }

    private static func escape(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0 != "%" && $0.properties.generalCategory != .control })
        {
            return text
        }
        return bytes.map { byte in
            let isPlain = (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "%")
            return isPlain ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte])
        }.joined()
    }

    private static func unescape(_ text: Substring) -> [UInt8]? {
        var out: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                out.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            rest.removeFirst(2)
            out.append(value)
        }
        return out
    }
}

/// Reckons a path's fingerprint on the way down.
struct PathKey {
    private var hasher = Hasher()

    func appending(_ name: UnsafeBufferPointer<UInt8>) -> PathKey {
        var key = self
        key.hasher.combine(bytes: UnsafeRawBufferPointer(name))
        // No name holds one, so no two paths have the same bytes.
        key.hasher.combine(UInt8(ascii: "/"))
        return key
    }

    var value: UInt64 { UInt64(UInt(bitPattern: hasher.finalize())) }
}
