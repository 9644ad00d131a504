import Crypto
import Foundation
package import Imaging
package import Screening

/// Every scan of one modality as the network needs it, prepared once: cropped, with its own intensities, so that it can be
/// turned before it is normalised.
///
/// The scans lie in memory, or in files of one folder where they are together larger than a limit.
package final class SampleStore: Sendable {
    /// A scan that training does without.
    package struct Refusal: Sendable, Codable, Hashable {
        package var subject: String
        /// The stable code of what was wrong with the image.
        package var code: String
        package var message: String
    }

    enum Place: Sendable {
        case memory(CroppedScan)
        case file(SampleFile)
    }

    /// Scans together larger than this go to files.
    package static let standardMemoryLimitBytes = 3 << 30

    package let modality: Modality
    /// Voxels along each axis, the same for all.
    package let shape: SIMD3<Int>
    package let refusals: [Refusal]
    private let people: [String: Subject]
    private let places: [String: Place]
    private let digests: [String: String]

    /// Prepares the scans of all subjects that have one of this modality.
    ///
    /// - Parameters:
    ///   - folder: where files go, beside the run; needed only above the limit. Files of an earlier call for the same scans
    ///     and plan are used again.
    ///   - read: the image of a path in its own orientation.
    /// - Throws: `SETTINGS_INVALID` for a plan out of range; `TRAINING_OUTPUT_UNWRITABLE`. A scan that cannot be prepared, or
    ///   fails a quality number, is no error but among the refusals.
    package init(
        _ settings: TrainingProtocol, subjects: [Subject], modality: Modality, folder: String? = nil,
        memoryLimitBytes: Int = SampleStore.standardMemoryLimitBytes, threads: Int,
        read: @Sendable (String) throws(ImagingError) -> Volume = { path throws(ImagingError) in
            try NIfTIFile.read(path).volume
        },
        report: (String) -> Void = { _ in }
    ) throws(TrainingError) {
        let scans = subjects.compactMap { subject in subject.scans[modality].map { (subject, $0) } }
            .sorted { $0.0.id < $1.0.id }
        let preparer = try SamplePreparer(
            settings, count: scans.count, folder: folder, memoryLimitBytes: memoryLimitBytes)
        var places: [String: Place] = [:]
        var digests: [String: String] = [:]
        var refusals: [Refusal] = []
        let group = max(1, threads) * 4
        for first in stride(from: 0, to: scans.count, by: group) {
            let part = Array(scans[first..<min(first + group, scans.count)])
            let made = try Parallel.tryMap(part.count, threads: threads) { index throws(TrainingError) in
                try preparer.prepare(part[index].1.image, read)
            }
            for ((subject, _), result) in zip(part, made) {
                switch result {
                case .failure(let reason):
                    refusals.append(Refusal(subject: subject.id, code: reason.code, message: reason.message))
                case .success(let sample):
                    places[subject.id] = sample.place
                    digests[subject.id] = sample.digest
                }
            }
            report("prepared \(first + part.count) of \(scans.count) scans")
        }
        self.modality = modality
        self.refusals = refusals
        self.places = places
        self.digests = digests
        shape = settings.plan.shape
        people = Dictionary(scans.map { ($0.0.id, $0.0) }) { first, _ in first }
    }

    /// A store of scans that are at hand.
    ///
    /// - Precondition: one shape, and a scan of each subject.
    package init(_ scans: [String: CroppedScan], subjects: [Subject], modality: Modality) {
        precondition(!scans.isEmpty && Set(scans.values.map(\.volume.shape)).count == 1, "scans of one shape")
        self.modality = modality
        shape = scans.values.first?.volume.shape ?? .zero
        refusals = []
        places = scans.mapValues { .memory($0) }
        digests = scans.mapValues(Self.digest)
        people = Dictionary(subjects.map { ($0.id, $0) }) { first, _ in first }
    }

    /// The same scans for subjects of other groups or attributes, as where labels are given out by chance.
    package func relabelled(_ subjects: [Subject]) -> SampleStore { SampleStore(self, subjects) }

    private init(_ other: SampleStore, _ subjects: [Subject]) {
        modality = other.modality
        shape = other.shape
        refusals = other.refusals
        places = other.places
        digests = other.digests
        people = Dictionary(subjects.map { ($0.id, $0) }) { first, _ in first }
    }

    /// Labels of the subjects that have a prepared scan, sorted.
    package var subjects: [String] { places.keys.sorted() }

    package func contains(_ subject: String) -> Bool { places[subject] != nil }

    package func subject(_ id: String) -> Subject? { people[id] }

    /// Changes with the content of a prepared scan; empty for a subject without one.
    func digest(_ subject: String) -> String { digests[subject] ?? "" }

    static func digest(_ scan: CroppedScan) -> String {
        var hash = SHA256()
        scan.volume.voxels.withUnsafeBytes { hash.update(bufferPointer: $0) }
        hash.update(data: scan.foreground?.values ?? [])
        withUnsafeBytes(of: scan.background) { hash.update(bufferPointer: $0) }
        return hexadecimal(hash.finalize().prefix(16))
    }

    /// The scan before it is normalised.
    ///
    /// - Throws: `DATASET_INVALID` for a subject without a prepared scan; `TRAINING_INPUT_UNREADABLE`
    package func cropped(_ subject: String) throws(TrainingError) -> CroppedScan {
        switch places[subject] {
        case .memory(let scan): return scan
        case .file(let file): return try file.read()
        case nil:
            throw TrainingError(
                .dataSetInvalid, "The subject has no prepared scan; make the fold plan for this data set.",
                subject: subject)
        }
    }

    /// What `PreprocessingPlan.prepare` makes of the scan, to the last bit.
    package func prepared(_ subject: String) throws(TrainingError) -> PreparedVolume {
        try rotated(subject, .none)
    }

    /// The scan turned, then normalised over the turned foreground.
    package func rotated(_ subject: String, _ rotation: Rotation) throws(TrainingError) -> PreparedVolume {
        let scan = rotation.apply(try cropped(subject))
        do throws(ImagingError) { return try scan.normalised() } catch {
            throw TrainingError(
                .dataSetInvalid, "A turned scan has no foreground left; leave the subject out.", subject: subject,
                cause: error)
        }
    }
}

/// Two lower-case digits per byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
