import Glibc
package import Imaging
package import Ledger

/// How the service and everything in its hands stand at one moment: what `fcdwatch status` says.
package struct SiteStatus: Sendable, Encodable {
    /// The daemon, from its lock and from what it leaves in the state folder.
    package struct Service: Sendable, Encodable {
        /// Nil where the lock cannot be looked at.
        package var isRunning: Bool?
        /// True where it runs and has got on lately.
        package var isAlive: Bool
        /// µs since 1970; nil where there never was one.
        package var lastSignOfLifeUTC: Int64?
        package var ageSeconds: Int?
        /// The case at work.
        package var screening: String?
        /// Files in the inbox that have not settled yet.
        package var settlingInInbox: Int?
    }

    /// A study that has not ended.
    package struct Open: Sendable, Encodable {
        package var caseID: String
        package var state: String
        /// In words.
        package var waitingFor: String
        package var sinceUTC: Int64
        package var minutes: Int
        package var priority: Int
        package var origin: CaseOrigin
    }

    /// Refused files of one code.
    package struct Refused: Sendable, Encodable {
        package var code: String
        package var count: Int
        package var advice: String
    }

    /// Room in one file system; bytes.
    package struct Space: Sendable, Encodable {
        package var folder: String
        package var freeBytes: Int64
        package var reserveBytes: Int64
        package var isEnough: Bool { freeBytes >= reserveBytes }
    }

    package var atUTC: Int64
    package var service: Service
    package var counts: LedgerCounts
    /// Those that have waited longest, at most `openShown`.
    package var open: [Open]
    package var openStudies: Int
    package var lastInputUTC: Int64?
    package var alarms: [Reason]
    package var refused: [Refused]
    package var space: [Space]
    /// Why somebody should look; empty where all is well.
    package var attention: [Reason]

    package static let openShown = 20
    /// A failed study calls for a look for this many days.
    private static let daysOfFailure: Int64 = 14

    package var isWell: Bool { attention.isEmpty }

    /// Reads everything; changes nothing.
    ///
    /// - Parameter time: for ages.
    package static func read(_ site: Site, time: any TimeSource = SystemTime()) throws -> SiteStatus {
        let now = time.utcUS()
        let state = site.configuration.paths.state
        let sign = SignOfLife.read(state: state)
        let counts = try site.ledger.counts()
        let open = [CaseState.arriving, .waiting, .ready, .running].reduce(0) { $0 + counts.cases($1) }
        var status = SiteStatus(
            atUTC: now, service: Service(sign, isRunning: InstanceLock.isHeld(folder: state), nowUS: now),
            counts: counts, open: try site.ledger.openCases(limit: openShown).map { Open($0, nowUS: now) },
            openStudies: open, lastInputUTC: try site.ledger.lastInputAtUS(), alarms: sign?.alarms ?? [],
            refused: counts.inputCodes.filter { $0.outcome == InputOutcome.refused.rawValue }.map {
                Refused(code: $0.code ?? "UNKNOWN", count: $0.count, advice: ReasonTable.sentence(for: $0.code ?? ""))
            }, space: spaces(site.configuration), attention: [])
        status.attention = try status.judge(
            failed: site.ledger.caseCount(
                state: .failed, changedSinceUS: now - daysOfFailure * 86_400_000_000))
        return status
    }

    /// What `fcdwatch status --morning` says of the night that ends now; a silent service comes first.
    package static func morning(_ site: Site, time: any TimeSource = SystemTime()) throws -> [Reason] {
        let status = try read(site, time: time)
        let clock = LocalTime.timeOfDay(status.atUTC)
        let rules = site.configuration.notice.rules(by: clock)
        let night = NightCheck.latest(atUS: status.atUTC, rules: rules)
        let found = NightCheck.judge(
            NightCheck.Facts(
                received: try site.ledger.inputCount(receivedSinceUS: night.beginUS),
                open: try site.ledger.openCases(limit: 1000),
                // What the daemon's own look said is no news.
                alarms: status.alarms.filter { alarm in !SightCode.allCases.contains { $0.rawValue == alarm.code } }),
            night, rules: rules)
        let general = [SightCode.serviceSilent, .sumsNotBalanced].map(\.rawValue)
        return status.attention.filter { general.contains($0.code) } + found
    }

    private func judge(failed: Int) -> [Reason] {
        var found: [Reason] = []
        if !service.isAlive { found.append(SightCode.serviceSilent.reason) }
        if !counts.balanced { found.append(SightCode.sumsNotBalanced.reason) }
        // Alarms that nobody takes back any more are those of a service that has ended: that it ended is enough.
        if service.isAlive { found += alarms }
        if failed > 0 {
            found.append(
                Reason(
                    code: SightCode.studiesFailed.rawValue,
                    message: "\(failed) \(failed == 1 ? "study" : "studies") failed in the last \(Self.daysOfFailure) "
                        + "days. See fcdwatch list --state failed."))
        }
        for space in space where !space.isEnough {
            found.append(
                Reason(
                    code: WatchError.Code.noSpace.rawValue,
                    message: "Too little room for the \(space.folder). Free some; the service goes on by itself."))
        }
        return found
    }

    private static func spaces(_ configuration: Configuration) -> [Space] {
        let folders = [("state", configuration.paths.state), ("reports", configuration.paths.reports)]
        return folders.compactMap { name, path in
            var facts = statvfs()
            guard statvfs(path, &facts) == 0 else { return nil }
            let free = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize)).partialValue
            return Space(
                folder: name, freeBytes: Int64(clamping: free), reserveBytes: configuration.inbox.reserveBytes)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case atUTC, service, open, openStudies, lastInputUTC, alarms, refused, space, attention, isWell, balanced
    }

    /// The sums stand beside everything else, under the names they always had.
    package func encode(to encoder: any Encoder) throws {
        try counts.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(atUTC, forKey: .atUTC)
        try container.encode(service, forKey: .service)
        try container.encode(open, forKey: .open)
        try container.encode(openStudies, forKey: .openStudies)
        try container.encode(lastInputUTC, forKey: .lastInputUTC)
        try container.encode(alarms, forKey: .alarms)
        try container.encode(refused, forKey: .refused)
        try container.encode(space, forKey: .space)
        try container.encode(attention, forKey: .attention)
        try container.encode(counts.balanced, forKey: .balanced)
        try container.encode(isWell, forKey: .isWell)
    }
}

extension SiteStatus.Service {
    init(_ sign: SignOfLife?, isRunning: Bool?, nowUS now: Int64) {
        let age = sign.map { Int(max(0, now - $0.atUTC) / 1_000_000) }
        self.init(
            isRunning: isRunning,
            isAlive: isRunning != false && age.map { $0 < SignOfLife.silentAfterSeconds } ?? false,
            lastSignOfLifeUTC: sign?.atUTC, ageSeconds: age, screening: isRunning == true ? sign?.screening : nil,
            settlingInInbox: isRunning == true ? sign?.settling : nil)
    }
}

extension SiteStatus.Open {
    init(_ record: CaseRecord, nowUS now: Int64) {
        let waitingFor =
            switch record.state {
            case .arriving: "more files"
            case .waiting: record.waitingFor ?? "more files"
            case .running: "its screening to end"
            default: record.priority < 0 ? "its turn, after new arrivals" : "its turn"
            }
        self.init(
            caseID: record.id, state: record.state.rawValue, waitingFor: waitingFor, sinceUTC: record.updatedAtUS,
            minutes: Int(max(0, now - record.updatedAtUS) / 60_000_000), priority: record.priority,
            origin: record.origin)
    }
}
