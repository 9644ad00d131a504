import ConvNet
internal import Crypto
internal import Foundation
import Imaging
import Simulation

/// The two images of one real person, in the same space.
package struct RealScan: Sendable, Hashable {
    /// NIfTI files.
    package var t1w: String
    package var flair: String

    package init(t1w: String, flair: String) {
        self.t1w = t1w
        self.flair = flair
    }
}

/// Puts computed lesions into real scans and writes a BIDS data set of scans with and without them.
///
/// Both of a pair go through the same steps and random draws; the control's lesion has an amplitude of 0.
package struct ImplantWriter: Sendable {
    private let plan: CohortPlan
    private let scans: [Volumes]
    private let hashes: [String]
    /// For each pair of images the number of its person: the first pair that has an image of it, from 1.
    private let sources: [Int]
    private let files: CohortFiles
    private let threads: Int

    private struct Volumes: Sendable {
        var t1w: Volume
        var flair: Volume
    }

    /// - Parameter plan: `seed`, `patients` (in turns over the scans, each with its control) and `lesion` are used.
    /// - Throws: `SETTINGS_INVALID`, `TRAINING_INPUT_UNREADABLE`.
    package init(
        _ plan: CohortPlan, scans: [RealScan], folder: String,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws(TrainingError) {
        var plan = plan
        plan.paired = true
        plan.sites = CohortPlan.Sites()
        plan.maps = BentMaps()
        try plan.validate()
        try require(!scans.isEmpty, "implant", "names at least one pair of scans")
        self.plan = plan
        self.threads = threads
        files = CohortFiles(root: folder)
        var volumes: [Volumes] = []
        var hashes: [String] = []
        for (index, scan) in scans.enumerated() {
            let (t1w, first) = try Self.read(scan.t1w, "The T1w image of pair \(index + 1)")
            let (flair, second) = try Self.read(scan.flair, "The FLAIR image of pair \(index + 1)")
            volumes.append(Volumes(t1w: t1w, flair: flair))
            hashes += [first, second]
        }
        self.scans = volumes
        self.hashes = hashes
        sources = scans.indices.map { index in
            let own = Set(hashes[(2 * index)...(2 * index + 1)])
            return 1 + (scans.indices.first { !own.isDisjoint(with: hashes[(2 * $0)...(2 * $0 + 1)]) } ?? index)
        }
    }

    /// Makes whoever is missing, then the tables.
    ///
    /// - Throws: `RUN_MISMATCH`, `TRAINING_OUTPUT_UNWRITABLE`; `TRAINING_INPUT_UNREADABLE` for a scan without a brain.
    package func run(report: (String) -> Void) throws(TrainingError) -> CohortOutcome {
        let note = hashes.map { "# Implanted into the scan with SHA-256 \($0).\n" }.joined()
        try files.begin(plan: note + SettingsFile.toml(plan))
        try CohortTables.writeDescription(files, implanted: true)
        var people = plan.people
        // `split` divides scans too, not only pairs: the first pair of a source decides. Two people are a pair.
        for place in people.indices {
            people[place].isTest = people[2 * (sources[place / 2 % scans.count] - 1)].isTest
        }
        return try files.complete(people, threads: threads, report: report, make: make)
    }

    private func make(_ person: CohortPerson) throws(TrainingError) -> CohortFiles.Record {
        // Pairs are numbered from 1.
        let number = (person.pair.flatMap { Int($0.dropFirst()) } ?? 1) - 1
        let index = number % scans.count
        let scan = scans[index]
        // Drawn here and fixed, so that the table can name it.
        var generator = SeededGenerator(seed: person.seed, "severity")
        let range = plan.lesion.severity
        let severity = range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
        var lesion = plan.lesion
        lesion.severity = severity...severity
        let head: SimulatedHead
        do throws(ImagingError) {
            head = try Implant(plan: lesion, seed: person.seed)
                .apply(t1w: scan.t1w, flair: scan.flair, amplitude: person.amplitude)
        } catch {
            throw TrainingError(
                .unreadable, "Pair \(index + 1) of the scans takes no lesion: \(error.message)", subject: person.id,
                cause: error)
        }
        let name = "real\(index + 1)"
        return try CohortSubject(
            person: person, head: head, severity: severity, anatomy: "scan", source: "s\(sources[index])",
            t1w: ScanFacts("implanted", name: name, spacingMM: head.t1w.grid.spacingMM),
            flair: ScanFacts("implanted", name: name, spacingMM: head.flair.grid.spacingMM)
        ).write(to: files)
    }

    private static func read(_ path: String, _ what: String) throws(TrainingError) -> (Volume, String) {
        do {
            let hash = SHA256.hash(data: try Data(contentsOf: URL(fileURLWithPath: path)))
            let digits = hash.map { byte in String(UInt16(byte) + 256, radix: 16).dropFirst() }.joined()
            return (try NIfTIFile.read(path).volume, digits)
        } catch {
            throw TrainingError(.unreadable, "\(what) cannot be read. Name a NIfTI file.", cause: error)
        }
    }
}
