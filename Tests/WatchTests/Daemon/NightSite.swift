import DICOM
import Foundation
import Glibc
import Imaging
import Ledger
import Logging
import Screening
import Synchronization
import Watch

/// A whole installation in a temporary folder, with real workers, a real ledger and a clock moved by hand.
final class NightSite {
    let folder: TemporaryFolder
    let time = ManualTime()
    let ledger: Ledger
    let key: AuditKey
    let lines = LogLines()
    var settings: DaemonSettings
    private(set) var daemon: Daemon

    /// The program that `swift build` made beside the test bundle; workers are processes of it.
    static let program = Bundle.main.bundleURL.appending(path: "fcdwatch").path
    static let settleSeconds = 60
    static let pairWaitMinutes = 60

    init(input: InputKind = .fullHead, isDemo: Bool = true) throws {
        folder = try TemporaryFolder()
        for name in ["inbox", "reports", "state", "models"] { try folder.makeFolder(name) }
        var bundles = BundleFolders(t1w: nil, flair: nil)
        for modality in Modality.allCases {
            let path = folder.path + "/models/\(modality.rawValue).fcdmodel"
            _ = try ModelBundle.untrained(
                modality: modality, width: 2, members: 2, seed: 3, input: input, to: path)
            if modality == .t1w { bundles.t1w = path } else { bundles.flair = path }
        }
        let defaults = Configuration()
        settings = DaemonSettings(
            inbox: folder.path + "/inbox", reports: folder.path + "/reports", state: folder.path + "/state",
            fileRules: FileSettle.Rules(quietSeconds: 2, maximumWaitMinutes: 60),
            studyRules: StudySettle.Rules(
                settleSeconds: Self.settleSeconds, maximumWaitMinutes: 120, pairWaitMinutes: Self.pairWaitMinutes),
            rescanSeconds: 1, maximumFileBytes: 1 << 30, reserveBytes: 1 << 20,
            inspectLimits: defaults.worker.inspectLimits, screenLimits: defaults.worker.screenLimits,
            screening: ScreenSettings(
                profileName: "test", bundles: bundles, isDemo: isDemo, threads: 2, softwareVersion: "0.0.0-test"))
        settings.workerExecutable = Self.program
        key = try AuditKey.create(file: folder.path + "/state/site.key")
        let clock = time
        ledger = try Ledger(
            path: settings.state + "/ledger.sqlite", key: key,
            identity: RunIdentity(
                software: "test", configHash: nil, bootID: "boot", runID: "run", actor: "test"),
            now: { (clock.utcUS(), clock.monotonicNS()) })
        daemon = Daemon(settings: settings, ledger: ledger, key: key, time: time, log: lines.logger)
    }

    /// A new daemon on the same folders and ledger, as after a crash.
    func restart() { daemon = Daemon(settings: settings, ledger: ledger, key: key, time: time, log: lines.logger) }

    /// Moves the clock in steps and takes a turn after each.
    func pass(seconds: Int, steps: Int = 3) async throws {
        for _ in 0..<steps {
            time.advance(seconds: seconds / steps)
            try await daemon.intakeTurn()
        }
    }

    /// Takes what lies in the inbox and lets the studies fall quiet.
    func settle() async throws {
        try await daemon.intakeTurn()
        try await pass(seconds: 9)
        try await pass(seconds: 3 * Self.settleSeconds)
    }

    /// Screens until nothing is ready.
    func screenAll() async throws {
        while try await daemon.screenTurn() {}
    }

    func writeNIfTI(_ name: String, _ modality: Modality, seed: UInt64 = 1) throws {
        let path = folder.path + "/inbox/" + name
        let made = folder.path + "/made.nii.gz"
        try folder.makeFolder("inbox/" + (name as NSString).deletingLastPathComponent)
        let grid = VoxelGrid(
            shape: [92, 115, 115],
            affineRAS: Affine(spacing: [1.9, 1.9, 1.9], origin: HeadPhantom.standardGrid.affineRAS.translation))
        try NIfTIFile.write(
            HeadPhantom.make(grid: grid, modality: modality == .t1w ? .t1Like : .flairLike, seed: seed), to: made)
        // A name of a transfer under way is no NIfTI name; and a second copy takes the place of the first.
        if access(path, F_OK) == 0 { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.moveItem(atPath: made, toPath: path)
    }

    /// Every file below a folder, by path relative to it.
    func files(_ name: String) throws -> [String] {
        let root = folder.path + "/" + name
        return try FileManager.default.subpathsOfDirectory(atPath: root).sorted()
    }

    func text(_ name: String) throws -> String { String(decoding: try folder.bytes(name), as: UTF8.self) }

    var onlyCase: CaseRecord {
        get throws {
            let cases = try ledger.cases().filter { $0.supersededBy == nil }
            guard cases.count == 1 else { throw LedgerError(.notFound, "\(cases.count) cases instead of one") }
            return cases[0]
        }
    }

    /// True where every input has one outcome and the chain is whole.
    var isAccountedFor: Bool {
        get throws { try ledger.counts().balanced && ledger.verifyAudit().isIntact }
    }
}

/// Every line that the service logged, with its facts.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.kept.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
