internal import Foundation

/// The folder of one cross-validation, and the files in it.
package struct RunFolder: Sendable {
    package let path: String

    package static let protocolName = "protocol.json"
    package static let foldsName = "folds.json"
    package static let scansName = "scans.csv"
    package static let summaryName = "summary.md"
    package static let figureName = "figure2.svg"

    package init(_ path: String) { self.path = path }

    package func file(_ name: String) -> String { path + "/" + name }

    /// `fold-1`, counted from 1 as tables do; made where it is missing.
    package func fold(_ index: Int) throws(TrainingError) -> RunFolder {
        let folder = RunFolder(file("fold-\(index + 1)"))
        try folder.make()
        return folder
    }

    /// The other folders of the folder that this one lies in, by name.
    package var neighbours: [RunFolder] {
        let own = URL(filePath: path).absoluteURL.standardizedFileURL
        let parent = own.deletingLastPathComponent()
        do {
            return try FileManager.default.contentsOfDirectory(atPath: parent.path).sorted()
                .filter { $0 != own.lastPathComponent }.map { RunFolder(parent.path + "/" + $0) }
        } catch {
            // reason: where the folder above cannot be listed there are no neighbours that this run may read.
            return []
        }
    }

    package func make() throws(TrainingError) { try RunFile.makeFolder(path) }

    package func write(_ text: String, as name: String) throws(TrainingError) {
        try RunFile.write(text, to: file(name))
    }

    /// Sorted and indented: equal values give equal bytes.
    package func write(json value: some Encodable, as name: String) throws(TrainingError) {
        try RunFile.write([[UInt8](try Self.json(value))], to: file(name))
    }

    /// Nil where there is no such file.
    package func read<Value: Decodable>(_ type: Value.Type, from name: String) throws(TrainingError) -> Value? {
        guard FileManager.default.fileExists(atPath: file(name)) else { return nil }
        do {
            return try JSONDecoder().decode(type, from: Data(contentsOf: URL(filePath: file(name))))
        } catch {
            throw TrainingError(
                .runMismatch, "A file of the run folder cannot be read; name a new folder or remove the file.",
                subject: name, cause: error)
        }
    }

    /// Says once what the run is made with, and afterwards that it still is the same.
    ///
    /// - Throws: `RUN_MISMATCH` where the folder belongs to a run with other settings.
    package func claim(_ value: some Encodable, as name: String) throws(TrainingError) {
        let bytes = try Self.json(value)
        if let known = FileManager.default.contents(atPath: file(name)) {
            guard known == bytes else {
                throw TrainingError(
                    .runMismatch,
                    "The output folder holds a run that was made with something else. Name a new folder, or repeat the "
                        + "command as it was.",
                    subject: name)
            }
            return
        }
        try RunFile.write([[UInt8](bytes)], to: file(name))
    }

    /// Removes a file or folder of this run that is made anew.
    package func remove(_ name: String) throws(TrainingError) {
        guard FileManager.default.fileExists(atPath: file(name)) else { return }
        do {
            try FileManager.default.removeItem(atPath: file(name))
        } catch {
            throw Self.unwritable(error)
        }
    }

    private static func json(_ value: some Encodable) throws(TrainingError) -> Data {
        do {
            return try JSONEncoder.readable.encode(value) + Data("\n".utf8)
        } catch {
            throw TrainingError(.unwritable, "A result holds a number that is not finite.", cause: error)
        }
    }

    private static func unwritable(_ cause: any Error) -> TrainingError {
        TrainingError(
            .unwritable, "The output folder cannot be written; check its rights and the free space.", cause: cause)
    }
}
