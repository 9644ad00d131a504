import Foundation

/// A file of the repository, found from where this source lies.
enum PackageFile {
    static func bytes(_ path: String, source: String = #filePath) throws -> [UInt8] {
        let root = URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return Array(try Data(contentsOf: root.appendingPathComponent(path)))
    }

    static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }
}
