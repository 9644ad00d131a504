/// A cheap picture of a bundle's files: it changes when any of them is written, replaced, added or removed.
///
/// Comparing two fingerprints costs one `lstat` per file; only a difference calls for hashing again.
package struct ModelFingerprint: Codable, Sendable, Hashable {
    /// In the order of the names.
    package var files: [FileStamp]
}

/// When a bundle has to be hashed again.
package enum ModelIntegrity {
    /// Stamps of every file in a bundle's folder.
    ///
    /// Throws `MODEL_UNREADABLE` where the folder cannot be listed or holds anything but regular files.
    package static func fingerprint(of directory: String) throws(ScreeningError) -> ModelFingerprint {
        let names: [String]
        do {
            names = try RegularFile.names(in: directory)
        } catch {
            throw ScreeningError(
                .modelUnreadable, "The bundle's folder cannot be read (\(error)); check the path and its rights.",
                cause: error)
        }
        var files: [FileStamp] = []
        for name in names {
            guard let stamp = FileStamp(path: directory + "/" + name, name: name) else {
                throw ScreeningError(
                    .modelUnreadable,
                    "A bundle holds plain files only; this entry is a folder, a link or a device. Remove it.",
                    subject: name)
            }
            files.append(stamp)
        }
        return ModelFingerprint(files: files)
    }
}
