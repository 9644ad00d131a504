internal import Foundation
import Imaging
import Screening
import Simulation

/// A cohort's folder on the disk: BIDS, with a record of each subject that is whole.
struct CohortFiles: Sendable {
    /// What the tables need of a finished subject, and by which its files are known to be whole. Written last.
    struct Record: Codable, Hashable {
        var id: String
        var group: Subject.Group
        var pair: String?
        /// Label of the real scan that it was made from; nil for made-up heads.
        var source: String?
        var severity: Double?
        var lesionMillilitres: Double?
        var anatomy: String
        var sex: String
        var age: Int
        var split: String
        /// Bytes of each file, by its path in the folder.
        var files: [String: Int]
    }

    static let planName = "cohort.toml"
    /// BIDS programs pass over names that begin with a dot.
    static let recordsName = ".cohort"

    let root: URL

    init(root: String) { self.root = URL(fileURLWithPath: root) }

    /// Makes the folder, or takes one up that the same plan and the same version of the simulation began.
    ///
    /// - Throws: `RUN_MISMATCH` where the folder holds anything else, `TRAINING_OUTPUT_UNWRITABLE`.
    func begin(plan: String) throws(TrainingError) {
        let plan = "# Made by version \(SimulationVersion.current) of the simulation.\n" + plan
        try Self.writing("The folder of the cohort") {
            try FileManager.default.createDirectory(
                at: root.appendingPathComponent(Self.recordsName), withIntermediateDirectories: true)
        }
        let path = root.appendingPathComponent(Self.planName)
        if let old = FileManager.default.contents(atPath: path.path) {
            guard old == Data(plan.utf8) else {
                throw TrainingError(
                    .runMismatch,
                    "The folder holds a cohort of another plan, or of another version of the simulation. Name an empty "
                        + "folder, or the same plan.")
            }
            return
        }
        var names: [String] = []
        try Self.writing("The folder of the cohort") {
            names = try FileManager.default.contentsOfDirectory(atPath: root.path)
        }
        guard names.allSatisfy({ $0 == Self.recordsName }) else {
            throw TrainingError(.runMismatch, "The folder is not empty and holds no cohort. Name an empty folder.")
        }
        try put(plan, at: Self.planName)
    }

    /// The record of a subject whose files are all there; nil where it must be made.
    func record(_ id: String) -> Record? {
        guard let bytes = FileManager.default.contents(atPath: recordURL(id).path) else { return nil }
        let record: Record
        do {
            record = try JSONDecoder().decode(Record.self, from: bytes)
        } catch {
            // reason: a damaged record is no record, and the subject is made again.
            return nil
        }
        let isWhole = record.files.allSatisfy { name, bytes in size(name) == bytes }
        return isWhole && record.id == id ? record : nil
    }

    func finish(_ record: Record) throws(TrainingError) {
        var record = record
        for name in record.files.keys { record.files[name] = size(name) }
        let encoded = try Self.json(record)
        try put(encoded, at: "\(Self.recordsName)/\(record.id).json")
    }

    /// A file of text, whole or not at all.
    func put(_ text: String, at name: String) throws(TrainingError) {
        let url = root.appendingPathComponent(name)
        try Self.writing(name.hasSuffix("json") ? "A sidecar" : "A table") {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        }
    }

    /// An image; the folder is made where it is not there. Masks are 0 and 1, images whole numbers where they fit.
    func put(_ volume: Volume, at name: String, type: NIfTIDatatype) throws(TrainingError) {
        let url = root.appendingPathComponent(name)
        try Self.writing("An image") {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try NIfTIFile.write(volume, to: url.path, description: "FCDWatch simulate", type: type)
        }
    }

    static func json(_ value: some Encodable) throws(TrainingError) -> String {
        do {
            return String(decoding: try JSONEncoder.readable.encode(value), as: UTF8.self) + "\n"
        } catch {
            throw TrainingError(.unwritable, "A fact of a scan is not a finite number. Correct the plan.", cause: error)
        }
    }

    private func recordURL(_ id: String) -> URL { root.appendingPathComponent("\(Self.recordsName)/\(id).json") }

    private func size(_ name: String) -> Int? {
        var status = stat()
        guard stat(root.appendingPathComponent(name).path, &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    private static func writing(_ what: String, _ work: () throws -> Void) throws(TrainingError) {
        do {
            try work()
        } catch {
            throw TrainingError(
                .unwritable, "\(what) cannot be written. Check rights and free space.", cause: error)
        }
    }
}
