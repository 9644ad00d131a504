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
    /// SHA-256 of the encoder's checkpoint; nil for none.
    var checkpointSHA256: String?

    /// Names the fold in seeds: two folds have other random choices, one fold the same wherever it stands in a plan.
    var foldName: String { Self.digest(Data((train + ["/"] + validation).joined(separator: "\n").utf8)) }

    /// SHA-256 of the whole.
    func hash() throws(TrainingError) -> String { Self.digest(Data(try RunFile.json(self))) }

    /// The key of the first value that differs, in words for a person.
    func firstDifference(from other: RunIdentity) -> String {
        if version != other.version { return "version" }
        if modality != other.modality { return "modality" }
        if let key = Self.difference(settings, other.settings) { return key }
        if checkpointSHA256 != other.checkpointSHA256 { return "the checkpoint's content" }
        return train != other.train ? "who trains" : "who validates"
    }

    private static func difference(_ a: TrainingProtocol, _ b: TrainingProtocol) -> String? {
        func walk(_ a: Any, _ b: Any, _ path: String) -> String? {
            let (a, b) = (Mirror(reflecting: a), Mirror(reflecting: b))
            for (one, two) in zip(a.children, b.children) {
                let name = path.isEmpty ? one.label ?? "" : "\(path).\(one.label ?? "")"
                if Mirror(reflecting: one.value).displayStyle == .struct,
                    let deeper = walk(one.value, two.value, name)
                {
                    return deeper
                }
                if "\(one.value)" != "\(two.value)" { return name }
            }
            return nil
        }
        return walk(a, b, "")
    }

    static func digest(_ data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }
}
