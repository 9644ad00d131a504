import Crypto
import Foundation
import Screening

/// Everything that a run's result follows from: `protocol.json`. A folder belongs to one of these.
struct RunIdentity: Sendable, Codable, Hashable {
    /// Raised where the same settings would give another result.
    static let currentVersion = 1

    var version = currentVersion
    var settings: TrainingProtocol
    var modality: Modality
    /// Who trains and validates; those without a prepared scan are left out.
    var train: [String]
    var validation: [String]
    /// SHA-256 over their prepared scans, their groups and their pairs.
    var scansSHA256: String
    /// SHA-256 of the encoder's checkpoint; nil for none. The settings hold its name without folders.
    var checkpointSHA256: String?

    init(
        _ settings: TrainingProtocol, store: SampleStore, train: [Subject], validation: [Subject], checkpoint: String?
    ) throws(TrainingError) {
        self.settings = settings
        modality = store.modality
        self.train = train.map(\.id)
        self.validation = validation.map(\.id)
        let facts = (train + validation).map { "\(store.digest($0.id)) \($0.group.rawValue) \($0.pair ?? "")\n" }
        scansSHA256 = Self.digest(Data(facts.joined().utf8))
        guard let checkpoint else { return }
        self.settings.transfer.checkpoint = URL(fileURLWithPath: checkpoint).lastPathComponent
        checkpointSHA256 = try Self.digest(file: checkpoint)
    }

    /// SHA-256 of a checkpoint's file.
    ///
    /// - Throws: `TRANSFER_CHECKPOINT_UNFIT` where it cannot be read.
    static func digest(file checkpoint: String) throws(TrainingError) -> String {
        do {
            return digest(try Data(contentsOf: URL(fileURLWithPath: checkpoint), options: .mappedIfSafe))
        } catch {
            throw TrainingError(
                .checkpointUnfit, "The checkpoint cannot be read. Check transfer.checkpoint and the file's rights.",
                cause: error)
        }
    }

    /// Names the fold in seeds: two folds have other random choices, one fold the same wherever it stands in a plan.
    var foldName: String { Self.digest(Data((train + ["/"] + validation).joined(separator: "\n").utf8)) }

    /// SHA-256 of the whole.
    func hash() throws(TrainingError) -> String { Self.digest(Data(try RunFile.json(self))) }

    /// The first thing that differs, in words for a person; a setting by its key.
    func firstDifference(from other: RunIdentity) throws(TrainingError) -> String {
        let (own, others) = (try SettingsFile.flattened(settings), try SettingsFile.flattened(other.settings))
        if let key = Set(own.keys).union(others.keys).sorted().first(where: { own[$0] != others[$0] }) { return key }
        if version != other.version { return "version" }
        if modality != other.modality { return "modality" }
        if checkpointSHA256 != other.checkpointSHA256 { return "the checkpoint's content" }
        if train != other.train { return "who trains" }
        return validation != other.validation ? "who validates" : "the content of the scans, a group, or a pair"
    }

    static func digest(_ data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }
}
