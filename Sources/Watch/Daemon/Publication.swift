import Crypto
import Foundation
import Glibc
package import Screening

/// From a worker's folder to the place where people look.
package enum Publication {
    package static let pageName = "report.html"
    package static let resultName = "result.json"

    /// Checks that everything the worker says it made is there, whole, and nothing else is.
    ///
    /// - Throws: `OUTPUT_MISSING` naming no path.
    package static func check(_ outputs: [OutputFile], in folder: String) throws(WatchError) {
        let names = Set(outputs.map(\.file))
        guard names.count == outputs.count, names.contains(pageName), names.contains(resultName),
            names.allSatisfy({ !$0.contains("/") && !$0.hasPrefix(".") })
        else {
            throw WatchError(.outputMissing, "The worker's list of outputs is not complete; retry the case.")
        }
        let found: Set<String>
        do {
            found = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
        } catch {
            throw WatchError(.outputMissing, "The worker left no folder to publish; retry the case.", cause: error)
        }
        guard found == names else {
            throw WatchError(.outputMissing, "The outputs are not those the worker listed; retry the case.")
        }
        for output in outputs {
            guard try hash(of: folder + "/" + output.file) == output.sha256 else {
                throw WatchError(.outputMissing, "An output is not whole; retry the case.", subject: output.file)
            }
        }
    }

    /// SHA-256 of a file, read in pieces.
    package static func hash(of path: String) throws(WatchError) -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { file.closeFile() }
            var hash = SHA256()
            while let piece = try file.read(upToCount: 4 << 20), !piece.isEmpty { hash.update(data: piece) }
            return Hex.encode(hash.finalize())
        } catch {
            throw WatchError(.outputMissing, "An output cannot be read; retry the case.", cause: error)
        }
    }

    /// Puts a finished folder in its place by one rename inside the reports root.
    ///
    /// A folder that stands there without a row in the ledger is what a crash left between this rename and the
    /// ledger's transaction: it makes way.
    package static func move(_ folder: String, to place: String) throws(WatchError) {
        do throws(SystemCallError) {
            try SpoolFolder.sync(folder)
            if access(place, F_OK) == 0 {
                let aside = folder + "-replaced"
                guard rename(place, aside) == 0 else { throw .last("rename") }
            }
            guard rename(folder, place) == 0 else { throw .last("rename") }
            try SpoolFolder.sync(SpoolFolder.parent(of: place))
        } catch {
            throw WatchError(.unwritable, "The report could not be put in its place.", cause: error)
        }
    }
}
