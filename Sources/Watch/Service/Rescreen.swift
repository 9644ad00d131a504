import Glibc
package import Imaging
package import Ledger

/// Screening finished studies again, with another profile or a newer program: what is chosen, what is left, and the
/// new cases.
package struct Rescreen: Sendable {
    /// Below everything that arrives.
    package static let priority = -10
    /// New cases in one transaction, so that the service is not held up.
    private static let casesPerCommit = 100

    /// What somebody asks for. Times are µs since 1970, of the report.
    package struct Request: Sendable {
        package var sinceUS: Int64?
        /// The first moment that does not count any more.
        package var untilUS: Int64?
        /// Named cases; all others are left out where there are any.
        package var caseIDs: [String]
        package var states: [CaseState]
        /// Folder in `paths.models`; nil for the configured profile or bundles.
        package var profile: String?

        package init(
            sinceUS: Int64? = nil, untilUS: Int64? = nil, caseIDs: [String] = [],
            states: [CaseState] = [.reported, .notAssessable], profile: String? = nil
        ) {
            self.sinceUS = sinceUS
            self.untilUS = untilUS
            self.caseIDs = caseIDs
            self.states = states
            self.profile = profile
        }
    }

    /// A case that is left as it is.
    package struct Left: Codable, Sendable, Hashable {
        package var caseID: String
        package var reason: Reason
    }

    /// A case that is screened again, and the new one's name once it is there.
    package struct Chosen: Codable, Sendable, Hashable {
        package var caseID: String
        package var newCaseID: String?
    }

    /// What is to be done, and what not.
    package struct Plan: Codable, Sendable {
        package var profile: String?
        package var chosen: [Chosen] = []
        package var left: [Left] = []
    }

    private let ledger: Ledger
    private let key: AuditKey
    /// Folder of the private copies.
    private let spool: String
    private let time: any TimeSource

    package init(ledger: Ledger, key: AuditKey, spool: String, time: any TimeSource = SystemTime()) {
        self.ledger = ledger
        self.key = key
        self.spool = spool
        self.time = time
    }

    /// Chooses; changes nothing.
    package func plan(_ request: Request) throws -> Plan {
        var plan = Plan(profile: request.profile)
        for record in try candidates(request, &plan) {
            if let reason = try obstacle(to: record) {
                plan.left.append(Left(caseID: record.id, reason: reason))
            } else {
                plan.chosen.append(Chosen(caseID: record.id))
            }
        }
        return plan
    }

    /// Enters a new case for each that was chosen. One that has moved on meanwhile is left.
    ///
    /// - Returns: the plan with the new names.
    package func enter(_ plan: Plan) throws -> Plan {
        var done = plan
        done.chosen = []
        for start in stride(from: 0, to: plan.chosen.count, by: Self.casesPerCommit) {
            let batch = plan.chosen[start..<min(start + Self.casesPerCommit, plan.chosen.count)]
            let (entered, left) = try ledger.commit { transaction in
                var entered: [Chosen] = []
                var left: [Left] = []
                for chosen in batch {
                    guard let old = try transaction.case(chosen.caseID), old.supersededBy == nil, old.state.isFinal
                    else {
                        left.append(Left(caseID: chosen.caseID, reason: Self.movedOn))
                        continue
                    }
                    let newer = try enter(old, profile: plan.profile, &transaction)
                    entered.append(Chosen(caseID: old.id, newCaseID: newer))
                }
                if entered.isEmpty { try transaction.audit(AuditEvent(.rescreen, outcome: Self.movedOn.code)) }
                return (entered, left)
            }
            done.chosen += entered
            done.left += left
        }
        return done
    }

    private func enter(
        _ old: CaseRecord, profile: String?, _ transaction: inout Ledger.Transaction
    ) throws -> String {
        let now = time.utcUS()
        let record = CaseRecord(
            id: try CaseName.free(studyKey: old.studyKey, key: key, in: transaction), studyKey: old.studyKey,
            pseudonym: old.pseudonym, state: .ready, createdAtUS: now, updatedAtUS: now,
            lastInputAtUS: old.lastInputAtUS, accession: old.accession, studyTime: old.studyTime, profile: profile,
            priority: Self.priority, origin: .rescreen)
        try transaction.supersede(old.id, by: record)
        try transaction.audit(AuditEvent(.superseded, caseID: old.id, body: ["newer": .string(record.id)]))
        try transaction.audit(
            AuditEvent(
                .rescreen, caseID: record.id, body: ["earlier": .string(old.id), "profile": AuditValue(profile)]))
        return record.id
    }

    private func candidates(_ request: Request, _ plan: inout Plan) throws -> [CaseRecord] {
        if request.caseIDs.isEmpty {
            return try ledger.cases(
                states: request.states, changedFromUS: request.sinceUS ?? 0, toUS: request.untilUS ?? .max)
        }
        var found: [CaseRecord] = []
        for id in Set(request.caseIDs).sorted() {
            guard let record = try ledger.case(id) else {
                plan.left.append(Left(caseID: id, reason: WatchError.Code.notFound.reason))
                continue
            }
            found.append(record)
        }
        return found
    }

    /// Why a case cannot be screened again; nil where it can.
    private func obstacle(to record: CaseRecord) throws -> Reason? {
        if let newer = record.supersededBy {
            return Reason(
                code: Self.movedOn.code, message: "Case \(newer) is in force instead of this one. Name that one.")
        }
        guard record.state == .reported || record.state == .notAssessable else {
            return Reason(
                code: Self.movedOn.code,
                message: "The case is \(record.state.rawValue), not finished with a page. See fcdwatch show.")
        }
        let files = try Daemon.studyFiles(of: record, in: ledger)
        let isHere = files.allSatisfy { file in
            file.spoolName.map { access(spool + "/" + $0, F_OK) == 0 } ?? false
        }
        return files.isEmpty || !isHere ? SightCode.copiesGone.reason : nil
    }

    private static let movedOn = Reason(
        code: WatchError.Code.wrongState.rawValue, message: "The case has changed meanwhile. See fcdwatch show.")
}
