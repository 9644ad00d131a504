internal import Crypto
internal import Foundation
internal import Imaging
package import Screening

/// What is in a data set, in digests: the same image is found again in another folder, under another name, packed in
/// another way.
package struct DatasetContent: Sendable {
    /// SHA-256 over size and voxel values of each image, by modality and subject; without those that cannot be read,
    /// which get no score either.
    package let images: [Modality: [String: String]]
    /// SHA-256 over subjects, groups and images: equal for the same data set alone.
    package let fingerprint: String
    /// The heads of a simulated cohort, by what they are drawn from; empty for any other data set.
    package let heads: Set<String>

    /// Reads every image of the modalities.
    ///
    /// - Parameter root: of the data set, for the plan of a simulated cohort.
    package init(of subjects: [Subject], root: String, modalities: [Modality], threads: Int) {
        var images: [Modality: [String: String]] = [:]
        for modality in modalities {
            let scans = subjects.compactMap { subject in subject.scans[modality].map { (subject.id, $0.image) } }
            let digests = Parallel.map(scans.count, threads: threads) { Self.digest(scans[$0].1) }
            for ((id, _), digest) in zip(scans, digests) { images[modality, default: [:]][id] = digest }
        }
        self.images = images
        let lines = subjects.sorted { $0.id < $1.id }.map { subject in
            let digests = modalities.map { images[$0]?[subject.id] ?? "-" }
            return "\(subject.id) \(subject.group.rawValue) \(digests.joined(separator: " "))\n"
        }
        fingerprint = hexadecimal(SHA256.hash(data: Data(lines.joined().utf8)))
        heads = Self.heads(subjects, root: root)
    }

    /// Refuses two data sets that share an image, or a simulated head.
    ///
    /// - Parameters:
    ///   - seen: such as "the data set trained on".
    ///   - name: of this one, such as "The data set of --calibrate-on".
    /// - Throws: `SETTINGS_INVALID`; the subject is the first one that is in both.
    package func requireApart(
        from other: DatasetContent, _ modality: Modality, name: String, seen: String
    ) throws(TrainingError) {
        let known = Set((other.images[modality] ?? [:]).values)
        let shared = (images[modality] ?? [:]).filter { known.contains($0.value) }.keys.sorted()
        guard shared.isEmpty else {
            throw TrainingError(
                .settingsInvalid,
                "\(name) and \(seen) hold the same image under \(shared.count) of its subjects. Nothing measured on it "
                    + "would be of unseen people; name another data set.",
                subject: shared.first)
        }
        guard heads.isDisjoint(with: other.heads) else {
            throw TrainingError(
                .settingsInvalid,
                "\(name) and \(seen) are simulated from the same seed: \(heads.intersection(other.heads).count) heads "
                    + "are the same people. Simulate it anew with another seed.")
        }
    }

    private static func digest(_ path: String) -> String? {
        do {
            let volume = try NIfTIFile.read(path).volume
            var hash = SHA256()
            withUnsafeBytes(of: volume.shape) { hash.update(bufferPointer: $0) }
            volume.voxels.withUnsafeBytes { hash.update(bufferPointer: $0) }
            return hexadecimal(hash.finalize())
        } catch {
            // reason: what cannot be read is refused by name where it is prepared, and trains and measures nothing.
            return nil
        }
    }

    /// A person follows from a seed and from the kind of anatomy. Lesions of `--implant` sit in heads that no seed
    /// made.
    private static func heads(_ subjects: [Subject], root: String) -> Set<String> {
        guard !subjects.contains(where: { $0.anatomy == .scan }), let plan = CohortPlan.made(root) else { return [] }
        return Set(plan.people.map { "\($0.seed) \($0.isFromMaps ? "maps" : "folded")" })
    }
}
