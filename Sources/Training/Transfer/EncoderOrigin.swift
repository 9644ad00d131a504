internal import Foundation
internal import Simulation

/// What the encoder learnt that a training starts from, for the model card.
package enum EncoderOrigin {
    /// Of `pretraining.json`, what `pretrain` leaves beside its encoder.
    private struct Record: Decodable {
        struct Plan: Decodable {
            var subjects: Int
            var renewed: Int
            var epochs: Int
            var tellsApart: Bool?
            var start: String?
            var maps: BentMaps?
        }

        var plan: Plan
        var earlierMaps: [String]?
        /// Labels by the name of their task.
        var tasks: [String: [String]]
    }

    /// Name and SHA-256 of the checkpoint, and what the record beside it says: tasks, made-up subjects, and whether
    /// heads with a dysplasia were among them.
    ///
    /// - Throws: `TRANSFER_CHECKPOINT_UNFIT` for a file that cannot be read.
    package static func words(of checkpoint: String) throws(TrainingError) -> String {
        let file = URL(fileURLWithPath: checkpoint)
        let hash = try RunIdentity.digest(file: checkpoint)
        return (["`\(file.lastPathComponent)`, SHA-256 `\(hash)`."] + (record(beside: file).map(sentences) ?? []))
            .joined(separator: " ")
    }

    /// SHA-256 of the tissue maps that heads of the encoder, and of those that it went on from, were bent out of; empty
    /// where the record names none.
    package static func maps(of checkpoint: String) -> Set<String> {
        guard let record = record(beside: URL(fileURLWithPath: checkpoint)) else { return [] }
        return (record.plan.maps?.hashes ?? []).union(record.earlierMaps ?? [])
    }

    private static func record(beside file: URL) -> Record? {
        let path = file.deletingLastPathComponent().appendingPathComponent(PretrainingFiles.plan).path
        guard file.lastPathComponent == PretrainingFiles.encoder, let bytes = FileManager.default.contents(atPath: path)
        else { return nil }
        do {
            return try JSONDecoder().decode(Record.self, from: bytes)
        } catch {
            // reason: a record of another program says nothing of this encoder; its hash stands.
            return nil
        }
    }

    private static func sentences(_ record: Record) -> [String] {
        let plan = record.plan
        let names = record.tasks.keys.sorted()
        // Some are replaced after every epoch but the last.
        let subjects = plan.subjects + plan.renewed * max(plan.epochs - 1, 0)
        var sentences = [
            "It learnt to outline \(names.count == 1 ? "one task" : "\(names.count) tasks") "
                + "(\(names.joined(separator: ", "))) on \(subjects) made-up subjects"
                + (names.count == 1 ? "." : " of each.")
        ]
        if !TaskCatalogue.dysplasiaNames.isDisjoint(with: names) {
            sentences.append(
                "It saw simulated heads with and without dysplasia, other ones than the members were trained on.")
        }
        if let maps = plan.maps, maps.share > 0 {
            sentences.append(
                "Of them, \(Int((maps.share * 100).rounded())) % were bent out of \(maps.names.joined(separator: " and "))."
            )
        }
        if let earlier = record.earlierMaps, !earlier.isEmpty {
            sentences.append(
                "Heads of the encoders before it were bent out of maps with SHA-256 "
                    + "\(earlier.map { "`\($0)`" }.joined(separator: " and ")).")
        }
        if plan.tellsApart == true {
            sentences.append(
                "It learnt to tell the two apart as well, and the members' classes go on from there (fc is kept).")
        }
        if let start = plan.start, !start.isEmpty {
            sentences.append("It went on from another encoder, SHA-256 `\(start)`.")
        }
        return sentences
    }
}
