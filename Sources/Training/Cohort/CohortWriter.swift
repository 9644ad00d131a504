import ConvNet
internal import Foundation
import Imaging
import Simulation

/// Writes a cohort of made-up people as a BIDS data set.
///
/// Each subject is made on one thread from its own seed, so that the files do not depend on the number of threads. A
/// subject whose files are whole is kept: the same call continues what was interrupted.
package struct CohortWriter: Sendable {
    private let plan: CohortPlan
    private let maps: TissueMaps?
    private let files: CohortFiles
    private let threads: Int

    /// - Parameters:
    ///   - folder: of the data set; made where it is not there.
    ///   - beside: the plan's file, from which paths of maps begin; nil for the working folder.
    /// - Throws: `SETTINGS_INVALID`; `TRAINING_INPUT_UNREADABLE` for the maps.
    package init(
        _ plan: CohortPlan, folder: String, beside file: String? = nil,
        threads: Int = ProcessInfo.processInfo.activeProcessorCount
    ) throws(TrainingError) {
        try plan.validate()
        let found = try CohortMaps(plan.maps, beside: file)
        var named = plan
        named.maps = found.named
        self.plan = named
        maps = found.maps
        files = CohortFiles(root: folder)
        self.threads = threads
    }

    /// Makes whoever is missing, then the tables.
    ///
    /// - Throws: `RUN_MISMATCH`, `TRAINING_OUTPUT_UNWRITABLE`.
    package func run(report: (String) -> Void) throws(TrainingError) -> CohortOutcome {
        let people = plan.people
        try files.begin(plan: SettingsFile.toml(plan))
        try CohortTables.writeDescription(files, implanted: false)
        return try files.complete(people, threads: threads, report: report, make: make)
    }

    private func make(_ person: CohortPerson) throws(TrainingError) -> CohortFiles.Record {
        let source: AnatomySource = if person.isFromMaps, let maps { .maps(maps) } else { .folded }
        let subject = SimulatedSubject(seed: person.seed, anatomy: source, plan: plan.anatomy, lesion: plan.lesion)
        let pair = plan.acquisition.pair(seed: person.seed, protocolIndex: person.protocolIndex)
        let head = subject.scan(pair, amplitude: person.amplitude)
        return try CohortSubject(
            person: person, head: head, severity: subject.severity, anatomy: person.isFromMaps ? "maps" : "folded",
            t1w: ScanFacts(pair.t1w, name: pair.t1wName, stripped: pair.stripped),
            flair: ScanFacts(pair.flair, name: pair.flairName, stripped: pair.stripped)
        ).write(to: files)
    }
}
