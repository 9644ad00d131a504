import Glibc

/// The small texts in which the kernel tells about itself, under /proc and /sys.
enum SystemFile {
    /// No such text is longer.
    private static let longest = 1 << 20

    /// A file's text; nil where there is none or it cannot be read, which on another kernel is nothing unusual.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < longest {
            let count = read(descriptor, &part, part.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The number behind "NAME:" or "NAME " at the begin of a line, as in /proc/meminfo and memory.stat; nil where there is
    /// none.
    static func number(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let rest = line.dropFirst(name.count)
            guard let next = rest.first, next == ":" || next == " " else { continue }
            return rest.dropFirst().split(whereSeparator: { $0 == " " || $0 == "\t" }).first.flatMap { Int($0) }
        }
        return nil
    }
}
