package import DICOM
import Foundation
import Glibc
import Imaging
package import Ledger
package import Screening

/// One installation: its configuration, its key and its ledger.
package struct Site: Sendable {
    /// Where the configuration is looked for.
    package static let configurationPath = "/etc/fcdwatch/fcdwatch.toml"
    /// Name of the site key among systemd's credentials, and as a file in the state folder.
    package static let keyName = "site.key"

    /// Where the unit's `LoadCredential=` finds the key, for commands that an administrator types.
    private static let credentialStore = "/etc/credstore/fcdwatch.site.key"

    package let configuration: Configuration
    package let key: AuditKey
    package let ledger: Ledger

    package init(configuration: Configuration, key: AuditKey, ledger: Ledger) {
        self.configuration = configuration
        self.key = key
        self.ledger = ledger
    }

    /// For a writer: makes state folder, key and ledger where they are missing.
    ///
    /// - Parameter actor: who writes: `service`, or the name of a command.
    package static func open(
        _ configuration: Configuration, actor: String, softwareVersion: String
    ) throws -> Site {
        try SpoolFolder.make(configuration.paths.state)
        let key = try siteKey(configuration, makes: true)
        let identity = RunIdentity(
            software: "fcdwatch \(softwareVersion)", configHash: configuration.hash, bootID: try BootID.read(),
            runID: Hex.random(bytes: 8), actor: actor)
        let ledger = try Ledger(path: configuration.paths.ledger, key: key, identity: identity)
        return Site(configuration: configuration, key: key, ledger: ledger)
    }

    /// For a reader: changes nothing.
    package static func read(_ configuration: Configuration) throws -> Site {
        guard access(configuration.paths.ledger, F_OK) == 0 || errno != ENOENT else {
            throw LedgerError(
                .noFile, "There is no ledger yet; start the service once, or check the configured path.")
        }
        let key = try siteKey(configuration, makes: false)
        return Site(
            configuration: configuration, key: key, ledger: try .reader(path: configuration.paths.ledger, key: key))
    }

    /// Walks the audit chain, against the head kept beside the ledger and those given.
    package func verifyAudit(anchors: [AuditAnchor] = []) throws -> AuditVerification {
        let kept = try Self.keptAnchor(state: configuration.paths.state)
        return try ledger.verifyAudit(anchors: anchors + [kept].compactMap { $0 })
    }

    /// The head of the chain at the last report, as it was kept beside the ledger; nil before the first.
    static func keptAnchor(state: String) throws -> AuditAnchor? {
        let path = DaemonSettings.anchorPath(state: state)
        guard access(path, F_OK) == 0 else { return nil }
        let text = String(decoding: try SmallFile.read(path, limit: 4096), as: UTF8.self)
        guard let kept = AuditAnchor(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw WatchError(
                .stateDamaged, "The head kept beside the ledger cannot be read. Compare the ledger with the journal's.",
                subject: path)
        }
        return kept
    }

    /// The credential that systemd passed, else the file in the state folder.
    private static func siteKey(_ configuration: Configuration, makes: Bool) throws -> AuditKey {
        if let directory = getenv("CREDENTIALS_DIRECTORY").map({ String(cString: $0) }),
            access(directory + "/" + keyName, F_OK) == 0
        {
            return try AuditKey.load(credential: keyName, directory: directory)
        }
        let path = configuration.paths.state + "/" + keyName
        if access(path, F_OK) != 0, access(credentialStore, F_OK) == 0 {
            return try AuditKey.load(file: credentialStore)
        }
        if makes, access(path, F_OK) != 0 { return try AuditKey.create(file: path) }
        return try AuditKey.load(file: path)
    }
}

extension Site {
    /// The administrator's rules about certain series, where the service has a configuration on this machine that this user
    /// may read.
    ///
    /// - Throws: `CONFIG_UNREADABLE` or `CONFIG_INVALID` where there is one that cannot be used.
    package static func seriesRules() throws(WatchError) -> [SeriesRule] {
        guard access(configurationPath, R_OK) == 0 else { return [] }
        return try Configuration.load(configurationPath).series
    }
}

extension DaemonSettings {
    /// What a configuration asks for.
    ///
    /// - Throws: `PROFILE_INVALID` where the configured profile cannot be read.
    package init(_ configuration: Configuration, softwareVersion: String) throws {
        self.init(
            inbox: configuration.paths.inbox, reports: configuration.paths.reports, state: configuration.paths.state,
            fileRules: configuration.inbox.fileRules, studyRules: configuration.inbox.studyRules,
            rescanSeconds: configuration.inbox.rescanSeconds,
            maximumFileBytes: configuration.inbox.maximumFileBytes, reserveBytes: configuration.inbox.reserveBytes,
            inspectLimits: configuration.worker.inspectLimits, screenLimits: configuration.worker.screenLimits,
            screening: try ScreenSettings(configuration, softwareVersion: softwareVersion))
        keepsInbox = configuration.inbox.keep
        pruneFoldersAfterMinutes = configuration.inbox.pruneEmptyFoldersAfterMinutes
        keepCopiesDays = configuration.inbox.keepCopiesDays
        maximumAttempts = configuration.worker.attempts
        models = configuration.paths.models
        notice = configuration.notice.rules
    }
}

extension ScreenSettings {
    /// What a configuration asks for.
    ///
    /// - Throws: `PROFILE_INVALID` where the configured profile cannot be read.
    package init(_ configuration: Configuration, softwareVersion: String) throws {
        let screening = configuration.screening
        let models = configuration.paths.models
        self.init(
            profileName: "configured-bundles",
            bundles: BundleFolders(
                t1w: screening.t1w.map { "\(models)/\($0)" }, flair: screening.flair.map { "\(models)/\($0)" }),
            allowDemonstrationModels: screening.allowDemonstrationModels,
            identity: configuration.page.identity == .local ? .local : .none, prevalence: screening.prevalence,
            threads: screening.threads > 0 ? screening.threads : Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            softwareVersion: softwareVersion, seriesRules: configuration.series)
        if let name = screening.profile { try use(profile: name, in: models) }
    }

    /// Says what is wrong with a profile and its bundles before anything is screened with it.
    ///
    /// - Throws: `NO_MODEL`, `PROFILE_INVALID`, `MODEL_…`.
    package static func check(profile name: String, _ configuration: Configuration) throws {
        var settings = try ScreenSettings(configuration, softwareVersion: SoftwareVersion.current)
        try settings.use(profile: name, in: configuration.paths.models)
        guard let profile = settings.bundles.profile(named: settings.profileName) else { return }
        let permission = try LoadedProfile.load(profile).permission(
            allowDemonstrationModels: settings.allowDemonstrationModels, isDemo: false)
        if case .refused(let reason) = permission { throw ScreeningError(.noModel, reason.message, subject: name) }
    }

    /// Takes models and operating point from a profile.
    ///
    /// - Parameters:
    ///   - name: its folder in `models`, or where there is none in `ShippedModels.installed`.
    ///   - models: the folder of all bundles and profiles.
    /// - Throws: `NO_MODEL` where there is none of this name, `PROFILE_INVALID` where it cannot be read.
    package mutating func use(profile name: String, in models: String) throws(ScreeningError) {
        var path = "\(models)/\(name)/\(Profile.fileName)"
        if name == ShippedModels.profileName, access(path, F_OK) != 0, errno == ENOENT {
            path = ShippedModels.installed + "/" + Profile.fileName
        }
        guard !name.isEmpty, !name.contains("/"), !name.hasPrefix("."), access(path, F_OK) == 0 || errno != ENOENT
        else {
            throw ScreeningError(
                .noModel, "There is no profile of this name in paths.models. Install it, then retry.", subject: name)
        }
        use(profile: try Profile.load(path))
    }

    /// Takes models, operating point and limits from a profile.
    package mutating func use(profile: Profile) {
        profileName = profile.name
        profileOperatingPoint = profile.operatingPoint
        quality = profile.quality ?? .standard
        bundles = BundleFolders(t1w: profile.bundles[.t1w], flair: profile.bundles[.flair])
    }
}
