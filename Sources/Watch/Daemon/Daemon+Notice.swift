import Foundation
import Imaging
import Ledger
import Logging

/// Signs that the service lives, and the daily look at whether the night was as it should be.
extension Daemon {
    /// Leaves a sign of life for commands where the last is old or what it says has changed.
    func writeSignOfLifeIfDue(nowNS now: Int64) throws {
        let age = signOfLifeAtNS.map { now - $0 } ?? .max
        // A burst of files does not force the disk for each.
        guard age >= (workListIsStale ? 1 : SignOfLife.secondsBetween) * 1_000_000_000 else { return }
        try SignOfLife(
            atUTC: time.utcUS(), softwareVersion: settings.screening.softwareVersion, screening: current,
            settling: pendingInInbox, unfinished: unfinishedInInbox, unreadable: unreadableInInbox, alarms: alarms
        ).write(state: settings.state)
        signOfLifeAtNS = now
    }

    /// Looks at the last night once its hour has struck; once for each, whatever restarts and clocks do.
    func checkNightIfDue() throws {
        guard let rules = settings.notice, !waitsForNothing else { return }
        let now = time.utcUS()
        let night = NightCheck.latest(atUS: now, rules: rules)
        guard let last = nightNotice, last.night != night.name else { return }
        let found = NightCheck.judge(
            NightCheck.Facts(
                received: try ledger.inputCount(receivedSinceUS: night.beginUS),
                open: try ledger.openCases(limit: Self.openCasesJudged), alarms: faultAlarms),
            night, rules: rules)
        let notice = NightNotice(night: night.name, untilUTC: night.nextBeginUS, reasons: found)
        try ledger.commit { transaction in
            try transaction.setMeta(NightNotice.metaName, notice.json)
            try transaction.audit(
                AuditEvent(
                    .nightChecked, outcome: found.first?.code ?? "ok",
                    body: ["codes": .array(found.map { .string($0.code) })]))
        }
        nightNotice = notice
        workListIsStale = true
        say(found)
    }

    /// More open cases than this are not looked through one by one: any of them makes the notice.
    private static let openCasesJudged = 1000

    private func say(_ found: [Reason]) {
        guard !found.isEmpty else { return log.info("The night was as it should be.") }
        for reason in found {
            log.log(
                level: reason.code == SightCode.nightWithoutInput.rawValue ? .warning : .error,
                "The night was not as it should be.",
                metadata: JournalMessage.nightNotice.metadata(["code": "\(reason.code)"]))
        }
    }

    /// What the last run remembered. The first start has no night behind it, and looks at the next one.
    func rememberedNight() throws -> NightNotice? {
        guard let rules = settings.notice else { return nil }
        if let stored = try ledger.meta(NightNotice.metaName).flatMap(NightNotice.init(json:)) { return stored }
        let night = NightCheck.latest(atUS: time.utcUS(), rules: rules)
        return NightNotice(night: night.name, untilUTC: night.nextBeginUS, reasons: [])
    }
}

/// What the look at one night found; kept in the ledger, so that a restart neither repeats nor forgets it.
struct NightNotice: Codable, Sendable {
    /// `NightCheck.Night.name`.
    var night: String
    /// µs since 1970; on the work list until then.
    var untilUTC: Int64
    var reasons: [Reason]

    static let metaName = "nightNotice"

    func standing(atUS now: Int64) -> [Reason] { now < untilUTC ? reasons : [] }

    /// The stored form; nil where it cannot be written, which plain text never causes.
    var json: String? {
        do {
            return String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
        } catch {
            return nil
        }
    }

    init(night: String, untilUTC: Int64, reasons: [Reason]) {
        self.night = night
        self.untilUTC = untilUTC
        self.reasons = reasons
    }

    init?(json: String) {
        do {
            self = try JSONDecoder().decode(NightNotice.self, from: Data(json.utf8))
        } catch {
            return nil
        }
    }
}
