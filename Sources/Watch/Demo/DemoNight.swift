import Foundation
import Imaging
import Ledger
package import Logging
import Reporting
import Screening

/// `fcdwatch demo`: the real service over sample studies, in a minute instead of a night.
///
/// Nothing is pretended but the patients: the files are DICOM and NIfTI on a disk, the workers are processes, the ledger
/// is SQLite. Only the waits are short.
package struct DemoNight: Sendable {
    /// Holds everything that the night leaves: `inbox`, `reports`, `state`.
    package let folder: String
    private let log: Logger
    private let worker: String
    /// How long a missing image or the other contrast is waited for, in seconds.
    private let longestWaitSeconds: Int64
    /// Folder with the `profile.json` of trained models; nil for untrained ones.
    private let models: String?

    /// Channels of the first stage, and networks, of the demo's untrained ensembles.
    private static let width = 8
    private static let members = 3
    /// The night's waits in seconds; real ones are minutes.
    private static let fileQuietSeconds = 1
    private static let settleSeconds: Int64 = 2
    /// A file that says: a demo made this folder, and the next one may empty it.
    private static let markName = ".fcdwatch-demo"
    /// The whole night is given up after this long.
    private static let timeLimitSeconds: Int64 = 600

    /// - Parameters:
    ///   - longestWaitSeconds: a busy machine needs more, to look at a study before its wait is over.
    ///   - models: a folder with `profile.json` and the bundles it names; see `ShippedModels`.
    package init(
        folder: String, log: Logger, worker: String = "/proc/self/exe", longestWaitSeconds: Int64 = 12,
        models: String? = nil
    ) {
        self.folder = folder
        self.log = log
        self.worker = worker
        self.longestWaitSeconds = longestWaitSeconds
        self.models = models
    }

    /// What became of one study.
    package struct Outcome: Sendable, Codable {
        package var study: String
        package var summary: String
        package var expected: String
        package var found: String
        package var isAsExpected: Bool
        package var caseID: String?
        /// Whether a modality's score is over its threshold; nil where nothing was scored.
        package var isFlagged: Bool?
        /// Whether it should be; nil with untrained models, whose scores mean nothing.
        package var shouldBeFlagged: Bool?
    }

    package var workList: String { folder + "/reports/index.html" }

    /// Runs the night: makes models and studies, starts the service, sends the late images, and compares.
    ///
    /// - Parameter progress: told in short sentences what happens.
    /// - Throws: whatever ended the service; a study that ends in another way than expected is in the answer.
    package func run(progress: @escaping @Sendable (String) -> Void) async throws -> [Outcome] {
        try emptyFolder()
        for name in ["inbox", "reports", "state", "state/models"] {
            try SpoolFolder.make(folder + "/" + name, mode: 0o750)
        }
        progress(
            models == nil
                ? "No trained models were found: making two untrained ensembles, whose scores mean nothing."
                : "Taking the trained demonstration models.")
        let settings = try settings()
        let configuration = Configuration.demo(folder)
        let site = try Site.open(configuration, actor: "demo", softwareVersion: settings.screening.softwareVersion)
        let daemon = Daemon(settings: settings, ledger: site.ledger, key: site.key, log: log)
        try await daemon.prepare(adopts: true)
        let studies = DemoStudies(inbox: settings.inbox)
        progress("Writing sample studies as DICOM and NIfTI files.")
        _ = try studies.write(stage: 0)
        let ledger = site.ledger
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await daemon.run(wakes: nil, watchdog: nil) }
            group.addTask {
                progress("The service takes, settles, inspects and screens.")
                try await self.wait(ledger) { try self.waitsForFLAIR(ledger) }
                progress("The late FLAIR arrives.")
                _ = try studies.write(stage: 1)
                try await self.wait(ledger) { try self.outcomes(ledger).allSatisfy { $0.found != "open" } }
            }
            // The second task ends first: the service runs until it is told to stop.
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
        return try outcomes(ledger)
    }

    /// Empties the folder of an earlier night. Any other folder that holds something is left as it is.
    private func emptyFolder() throws {
        let names = try SpoolFolder.names(in: folder)
        guard names.isEmpty || names.contains(Self.markName) else {
            throw WatchError(
                .unwritable, "The output folder is not empty and no demo made it. Name a new one.", subject: folder)
        }
        for name in names where name != Self.markName { try SpoolFolder.removeTree(folder + "/" + name) }
        try SpoolFolder.make(folder, mode: 0o750)
        try Data().write(to: URL(filePath: folder + "/" + Self.markName))
    }

    private func settings() throws -> DaemonSettings {
        var settings = try DaemonSettings(.demo(folder), softwareVersion: SoftwareVersion.current)
        if let models {
            try settings.screening.use(profile: Profile.load(models + "/" + Profile.fileName))
        } else {
            settings.screening.profileName = "demo"
            settings.screening.bundles = try untrained()
        }
        settings.screening.isDemo = true
        settings.rescanSeconds = 1
        settings.fileRules = FileSettle.Rules(quietSeconds: Self.fileQuietSeconds, maximumWaitMinutes: 60)
        settings.studyRules.settleNS = Self.settleSeconds * 1_000_000_000
        settings.studyRules.pairWaitNS = longestWaitSeconds * 1_000_000_000
        settings.studyRules.maximumWaitNS = longestWaitSeconds * 1_000_000_000
        settings.workerExecutable = worker
        return settings
    }

    private func untrained() throws -> BundleFolders {
        var bundles = BundleFolders(t1w: nil, flair: nil)
        for (index, modality) in Modality.allCases.enumerated() {
            let path = folder + "/state/models/untrained-\(modality.rawValue.lowercased())-1.fcdmodel"
            _ = try ModelBundle.untrained(
                modality: modality, width: Self.width, members: Self.members, seed: UInt64(100 + 10 * index),
                input: .fullHead, to: path)
            if modality == .t1w { bundles.t1w = path } else { bundles.flair = path }
        }
        return bundles
    }

    /// Waits until something is so, for as long as the night may last.
    private func wait(_ ledger: Ledger, until isSo: () throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(Self.timeLimitSeconds)
        while try !isSo() {
            guard ContinuousClock.now < end else {
                throw WatchError(.ioFailed, "The demo did not end in time. Look at its work list for what is open.")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// True once the studies that get more files later say that they wait, or did not wait long enough.
    private func waitsForFLAIR(_ ledger: Ledger) throws -> Bool {
        let late = DemoStudies.all.filter { $0.stages.contains(1) }
        return try late.allSatisfy { study in
            try cases(of: study, ledger).contains {
                $0.state == .waiting && $0.waitingFor != nil || $0.state.isFinal || $0.state == .ready
            }
        }
    }

    /// The cases of a study, found by the folder its files came from.
    private func cases(of study: DemoStudy, _ ledger: Ledger) throws -> [CaseRecord] {
        let names = Set(try inputs(of: study, ledger).compactMap(\.caseID))
        return try ledger.cases().filter { names.contains($0.id) }
    }

    private func inputs(of study: DemoStudy, _ ledger: Ledger) throws -> [InputRecord] {
        try InputOutcome.allCases.flatMap { try ledger.inputs(outcome: $0) }
            .filter { $0.relativePath.hasPrefix(study.name + "/") }
    }

    /// What the result says by the verdict rule; its page shows no verdict, as the models are for demonstration.
    private func isFlagged(_ record: CaseRecord) throws -> Bool {
        let path = folder + "/reports/" + record.id + "/" + Publication.resultName
        let result = try ResultJSON.decode(Array(Data(contentsOf: URL(filePath: path))))
        return VerdictRule.decide(result.modalities.compactMap(\.score)) == .flagged
    }

    private func outcomes(_ ledger: Ledger) throws -> [Outcome] {
        try DemoStudies.all.map { study in
            let expected = ([study.expectedState?.rawValue ?? "refused"] + [study.expectedCode].compactMap { $0 })
                .joined(separator: " ")
            var outcome = Outcome(
                study: study.name, summary: study.summary, expected: expected, found: "open", isAsExpected: false)
            guard let state = study.expectedState else {
                let refused = try inputs(of: study, ledger).filter { $0.outcome == .refused }
                if refused.count == study.files {
                    outcome.found = "refused " + refused.compactMap(\.code).sorted().joined(separator: ", ")
                    outcome.isAsExpected = true
                }
                return outcome
            }
            let all = try cases(of: study, ledger)
            guard let record = all.first(where: { $0.supersededBy == nil }), record.state.isFinal else {
                return outcome
            }
            outcome.caseID = record.id
            outcome.found = ([record.state.rawValue] + [record.code].compactMap { $0 }).joined(separator: " ")
            outcome.isAsExpected =
                record.state == state && all.count == 1
                && (study.expectedCodes.first?.contains(record.code ?? "") ?? (record.code == nil))
            if models != nil, let hasLesion = study.hasLesion, record.state == .reported {
                let isFlagged = try isFlagged(record)
                outcome.shouldBeFlagged = hasLesion
                outcome.isFlagged = isFlagged
                outcome.expected += hasLesion ? ", flagged" : ", not flagged"
                outcome.found += isFlagged ? ", flagged" : ", not flagged"
                outcome.isAsExpected = outcome.isAsExpected && isFlagged == hasLesion
            }
            return outcome
        }
    }
}

extension Configuration {
    /// Everything below one folder.
    static func demo(_ folder: String) -> Configuration {
        var configuration = Configuration()
        configuration.paths.inbox = folder + "/inbox"
        configuration.paths.reports = folder + "/reports"
        configuration.paths.state = folder + "/state"
        configuration.paths.models = folder + "/state/models"
        configuration.inbox.reserveMB = 64
        configuration.notice.by = nil
        return configuration
    }
}
