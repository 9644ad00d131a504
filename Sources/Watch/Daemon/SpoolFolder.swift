import Foundation
import Glibc
import Imaging
import Ledger
import Screening

/// The service's own folders: made, synchronised and emptied here and nowhere else.
enum SpoolFolder {
    static func make(_ path: String, mode: Int = 0o700) throws(WatchError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
        } catch {
            throw WatchError(
                .stateUnwritable, "A folder of the service cannot be made. Give its user write permission there.",
                subject: path, cause: error)
        }
    }

    static func makeEmpty(_ path: String) throws(WatchError) {
        try removeTree(path)
        try make(path, mode: 0o750)
    }

    /// Removes a file; one that is gone already is fine.
    static func remove(_ path: String) throws(WatchError) {
        guard unlink(path) == 0 || errno == ENOENT else {
            throw WatchError(
                .stateUnwritable, "A file of the service cannot be removed.", cause: SystemCallError.last("unlink"))
        }
    }

    static func rename(_ path: String, to place: String) throws(WatchError) {
        guard Glibc.rename(path, place) == 0 else {
            throw WatchError(
                .stateUnwritable, "A file of the service cannot be moved.", cause: SystemCallError.last("rename"))
        }
    }

    static func removeTree(_ path: String) throws(WatchError) {
        guard access(path, F_OK) == 0 else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw WatchError(.stateUnwritable, "A folder of the service cannot be removed.", cause: error)
        }
    }

    /// Names in a folder; none where it does not exist.
    static func names(in path: String) throws(WatchError) -> [String] {
        guard access(path, F_OK) == 0 else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw WatchError(.stateUnwritable, "A folder of the service cannot be listed.", cause: error)
        }
    }

    /// Names in a folder of many files that `isWanted` says yes to, unsorted; the others are never all in memory.
    static func names(in path: String, where isWanted: (String) -> Bool) throws(WatchError) -> [String] {
        do throws(SystemCallError) {
            let listing = try FolderListing(try Descriptor.folder(path))
            var names: [String] = []
            while let name = try listing.next() {
                let text = String(decoding: name.bytes, as: UTF8.self)
                if isWanted(text) { names.append(text) }
            }
            return names
        } catch {
            throw WatchError(.stateUnwritable, "A folder of the service cannot be listed.", cause: error)
        }
    }

    static func parent(of path: String) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return folder.isEmpty ? "/" : folder
    }

    /// Makes a file's or folder's content durable.
    static func sync(_ path: String) throws(SystemCallError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last("open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last("fsync") }
    }

    /// Writes a file so that it is whole or not there: temporary name, fsync, rename, fsync of the folder.
    static func write(_ bytes: some ContiguousBytes, to path: String, mode: mode_t) throws(WatchError) {
        let temporary = path + ".new"
        do throws(SystemCallError) {
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
            guard descriptor >= 0 else { throw .last("open") }
            let failure = bytes.withUnsafeBytes { buffer -> SystemCallError? in
                var offset = 0
                while offset < buffer.count {
                    let count = Glibc.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { return .last("write") }
                    offset += count
                }
                return fsync(descriptor) == 0 ? nil : .last("fsync")
            }
            close(descriptor)
            if let failure { throw failure }
            guard Glibc.rename(temporary, path) == 0 else { throw .last("rename") }
            try sync(parent(of: path))
        } catch {
            throw WatchError(.unwritable, "A file of the service cannot be written.", cause: error)
        }
    }

    /// Puts a refused input with its reason where nothing reads it again: `quarantine/<hash>/`.
    ///
    /// - Returns: the reason; the one already noted where the copy was moved before a crash.
    static func quarantine(
        _ input: InputRecord, because reason: Reason, settings: DaemonSettings
    ) throws(WatchError) -> Reason {
        guard let name = input.spoolName else { return reason }
        let folder = settings.quarantine + "/" + input.sha256
        if access(settings.spool + "/" + name, F_OK) != 0, let noted = QuarantineNote.read(folder) { return noted }
        try make(folder)
        let copy = settings.spool + "/" + name
        guard Glibc.rename(copy, folder + "/input") == 0 || errno == ENOENT else {
            throw WatchError(
                .stateUnwritable, "A refused file cannot be put into quarantine.",
                cause: SystemCallError.last("rename"))
        }
        let note = QuarantineNote(
            code: reason.code, message: reason.message, bytes: input.size, receivedAtUS: input.receivedAtUS)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            try write(try encoder.encode(note), to: folder + "/" + QuarantineNote.fileName, mode: 0o600)
        } catch let error as WatchError {
            throw error
        } catch {
            throw WatchError(.unwritable, "A quarantine note cannot be written.", cause: error)
        }
        return reason
    }
}

/// `reason.json` of the quarantine.
private struct QuarantineNote: Codable {
    var code: String
    var message: String
    var bytes: Int64
    var receivedAtUS: Int64

    static let fileName = "reason.json"

    /// The reason noted in a folder; nil where there is none that can be read.
    static func read(_ folder: String) -> Reason? {
        do {
            let note = try JSONDecoder().decode(
                QuarantineNote.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/" + fileName)))
            return Reason(code: note.code, message: note.message)
        } catch {
            return nil
        }
    }
}
