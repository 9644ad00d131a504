import Foundation
import Imaging

/// The files under the paths a person named on the command line.
package enum FileList {
    /// Files looked at, at most.
    static let limit = 100_000

    /// Every regular file, sorted by name; folders are searched, links are not followed.
    ///
    /// A name is the path below the named folder's parent, so that a folder's own name can pair its files.
    /// - Throws: `NOT_FOUND` for a path that does not exist or holds no file.
    package static func collect(_ paths: [String]) throws -> [JobFile] {
        var files: [JobFile] = []
        for path in paths {
            let url = URL(fileURLWithPath: path).standardizedFileURL
            let top = url.deletingLastPathComponent().path
            for file in try regularFiles(at: url) {
                let parts = file.path.utf8.dropFirst(top.utf8.count).split(separator: UInt8(ascii: "/"))
                // A name is printed: control characters stay off the terminal.
                let name = InboxPath(components: parts.map(Array.init)).escaped
                files.append(JobFile(path: file.path, name: name, sha256: try hash(of: file.path)))
                guard files.count <= limit else {
                    throw WatchError(.notFound, "There are more than \(limit) files here. Name a smaller folder.")
                }
            }
        }
        guard !files.isEmpty else { throw WatchError(.notFound, "There is no file at the path you named.") }
        return files
    }

    private static func hash(of path: String) throws(WatchError) -> String {
        do {
            return try Publication.hash(of: path)
        } catch {
            throw WatchError(.ioFailed, "A file you named cannot be read. Check your rights to it.")
        }
    }

    private static func regularFiles(at url: URL) throws -> [URL] {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw WatchError(.notFound, "There is nothing at a path you named. Check how it is spelled.")
        }
        if try url.resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink == true {
            throw WatchError(
                .notFound, "A path you named is a symbolic link, which is not followed. Name the file itself.")
        }
        let values = try url.resourceValues(forKeys: [.isDirectoryKey, .isRegularFileKey])
        if values.isRegularFile == true { return [url] }
        guard values.isDirectory == true else { return [] }
        let keys: [URLResourceKey] = [.isRegularFileKey]
        guard let walk = FileManager.default.enumerator(at: url, includingPropertiesForKeys: keys) else { return [] }
        var found: [URL] = []
        for case let file as URL in walk where try file.resourceValues(forKeys: Set(keys)).isRegularFile == true {
            found.append(file.standardizedFileURL)
        }
        return found.sorted { $0.path < $1.path }
    }
}
