import CSystemd
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
        do throws(SystemCallError) {
            try replace(path, with: bytes, mode: mode, syncs: true)
            try sync(parent(of: path))
        } catch {
            throw WatchError(.unwritable, "A file of the service cannot be written.", cause: error)
        }
    }

    /// Writes a file under a temporary name and gives it its own.
    ///
    /// - Parameter syncs: false only begins to bring it to the disk.
    private static func replace(
        _ path: String, with bytes: some ContiguousBytes, mode: mode_t, syncs: Bool
    ) throws(SystemCallError) {
        let temporary = path + ".new"
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
            guard syncs else {
                _ = fcdwatch_start_writing(descriptor)
                return nil
            }
            return fsync(descriptor) == 0 ? nil : .last("fsync")
        }
        close(descriptor)
        if let failure { throw failure }
        guard Glibc.rename(temporary, path) == 0 else { throw .last("rename") }
    }

    /// Puts refused inputs with their reasons where nothing reads them again: `quarantine/<hash>/`. All of it is on the
    /// disk when this returns; synchronising many at once costs little more than one.
    ///
    /// - Returns: each with its reason; the one already noted where the copy was moved before a crash.
    static func quarantine(
        _ refused: [(input: InputRecord, reason: Reason)], settings: DaemonSettings
    ) throws(WatchError) -> [(input: InputRecord, reason: Reason)] {
        var noted: [(input: InputRecord, reason: Reason)] = []
        var folders: [String] = []
        for (input, reason) in refused {
            let folder = settings.quarantine + "/" + input.sha256
            if let name = input.spoolName, let earlier = notedReason(of: name, folder, settings) {
                noted.append((input, earlier))
                continue
            }
            noted.append((input, reason))
            guard let name = input.spoolName else { continue }
            try moveToQuarantine(settings.spool + "/" + name, folder)
            try writeNote(input, reason, folder)
            folders.append(folder)
        }
        guard !folders.isEmpty else { return noted }
        do throws(SystemCallError) {
            for folder in folders { try sync(folder + "/" + QuarantineNote.fileName) }
            for folder in folders { try sync(folder) }
            try sync(settings.quarantine)
        } catch {
            throw WatchError(.unwritable, "A quarantine note cannot be written.", cause: error)
        }
        return noted
    }

    /// The reason that was noted for a copy that is gone from the spool.
    private static func notedReason(of name: String, _ folder: String, _ settings: DaemonSettings) -> Reason? {
        access(settings.spool + "/" + name, F_OK) == 0 ? nil : QuarantineNote.read(folder)
    }

    private static func moveToQuarantine(_ copy: String, _ folder: String) throws(WatchError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw WatchError(
                .stateUnwritable, "A folder of the service cannot be made. Give its user write permission there.",
                subject: folder, cause: SystemCallError.last("mkdir"))
        }
        guard Glibc.rename(copy, folder + "/input") == 0 || errno == ENOENT else {
            throw WatchError(
                .stateUnwritable, "A refused file cannot be put into quarantine.",
                cause: SystemCallError.last("rename"))
        }
    }

    private static func writeNote(_ input: InputRecord, _ reason: Reason, _ folder: String) throws(WatchError) {
        let note = QuarantineNote(
            code: reason.code, message: reason.message, bytes: input.size, receivedAtUS: input.receivedAtUS)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            let bytes = try encoder.encode(note)
            try replace(folder + "/" + QuarantineNote.fileName, with: bytes, mode: 0o600, syncs: false)
        } catch {
            throw WatchError(.unwritable, "A quarantine note cannot be written.", cause: error)
        }
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
