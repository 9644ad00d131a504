import Crypto
import GRDB

extension Ledger {
    /// What may be done inside `commit`. Of no use once the closure has returned.
    package struct Transaction {
        private let db: Database
        private let path: String
        private let key: SymmetricKey
        private let identity: RunIdentity
        private let now: Clock
        /// The newest row; nil while there is none.
        private var head: AuditAnchor?
        private var appended = 0

        init(_ db: Database, path: String, key: SymmetricKey, identity: RunIdentity, now: @escaping Clock) throws {
            self.db = db
            self.path = path
            self.key = key
            self.identity = identity
            self.now = now
            head = try Ledger.head(db)
        }

        /// Enters a file.
        ///
        /// - Returns: the number it was given; `input.id` must be nil.
        /// - Throws: `LEDGER_CONSTRAINT` where a rule of `InputRecord` is broken.
        @discardableResult
        package mutating func insert(_ input: InputRecord) throws(LedgerError) -> Int64 {
            precondition(input.id == nil, "the ledger gives the number")
            return try written {
                try Stored(input).insert(db)
                return db.lastInsertedRowID
            }
        }

        /// Replaces the row of `input.id`.
        ///
        /// - Throws: `LEDGER_NOT_FOUND`, `LEDGER_CONSTRAINT`.
        package mutating func update(_ input: InputRecord) throws(LedgerError) {
            try written { try Stored(input).update(db) }
        }

        /// Enters a case.
        ///
        /// - Throws: `LEDGER_CONSTRAINT` where a rule of `CaseRecord` is broken, as by a second case in force for
        ///   one study.
        package mutating func insert(_ record: CaseRecord) throws(LedgerError) {
            try written { try Stored(record).insert(db) }
        }

        /// Replaces the row of `record.id`.
        ///
        /// - Throws: `LEDGER_NOT_FOUND`, `LEDGER_CONSTRAINT`.
        package mutating func update(_ record: CaseRecord) throws(LedgerError) {
            try written { try Stored(record).update(db) }
        }

        /// Changes a case from its row as it stands now: since it was read, late files may have superseded it.
        ///
        /// - Returns: the row as it was written.
        /// - Throws: `LEDGER_NOT_FOUND`, `LEDGER_CONSTRAINT`.
        @discardableResult
        package mutating func change(
            case id: String, atUS now: Int64, _ edit: (inout CaseRecord) -> Void
        ) throws(LedgerError) -> CaseRecord {
            guard var record = try self.case(id) else {
                throw LedgerError(.notFound, "The case to change does not exist; nothing was written.", subject: id)
            }
            edit(&record)
            record.updatedAtUS = now
            try update(record)
            return record
        }

        /// Enters `newer` in the place of the case `id` of the same study.
        ///
        /// - Throws: `LEDGER_NOT_FOUND`, `LEDGER_CONSTRAINT`.
        package mutating func supersede(_ id: String, by newer: CaseRecord) throws(LedgerError) {
            guard var old = try self.case(id) else {
                throw LedgerError(.notFound, "The case to supersede does not exist; nothing was written.", subject: id)
            }
            old.supersededBy = newer.id
            old.updatedAtUS = newer.createdAtUS
            try update(old)
            try insert(newer)
        }

        /// Puts the case `newer` in force in the place of the case `id` of the same study, both being there already.
        ///
        /// - Throws: `LEDGER_NOT_FOUND`, `LEDGER_CONSTRAINT` where `id` is not in force.
        package mutating func takePlace(of id: String, by newer: String, atUS now: Int64) throws(LedgerError) {
            // In this order there are never two in force.
            try change(case: id, atUS: now) { $0.supersededBy = newer }
            try change(case: newer, atUS: now) { $0.supersededBy = nil }
        }

        /// Remembers a small fact; nil forgets it. Names that the ledger itself uses are refused by a trap.
        package mutating func setMeta(_ name: String, _ value: String?) throws(LedgerError) {
            precondition(name != "keyFingerprint", "the ledger's own")
            try written {
                if let value {
                    try db.execute(
                        sql: "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?",
                        arguments: [name, value, value])
                } else {
                    try db.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [name])
                }
            }
        }

        /// Appends an audit row.
        ///
        /// - Returns: the new head of the chain, which counts once the transaction is committed.
        /// - Throws: `LEDGER_AUDIT_BODY`.
        @discardableResult
        package mutating func audit(_ event: AuditEvent) throws(LedgerError) -> AuditAnchor {
            let time = now()
            var row = AuditRow(
                seq: (head?.seq ?? 0) + 1, utcUS: time.utcUS, monotonicNS: time.monotonicNS, bootID: identity.bootID,
                runID: identity.runID, actor: identity.actor, event: event.event, outcome: event.outcome,
                caseID: event.caseID, objectSHA256: event.objectSHA256, software: identity.software,
                modelSHA256: event.modelSHA256, configHash: identity.configHash, body: try event.canonicalBody(),
                prev: head?.hash ?? AuditChain.genesis, hash: "")
            row.hash = AuditChain.hash(row.sealedValues, key: key)
            try written { try Stored(row).insert(db) }
            head = row.anchor
            appended += 1
            return row.anchor
        }

        package func input(_ id: Int64) throws(LedgerError) -> InputRecord? {
            try written { try Ledger.input(db, id) }
        }

        /// As `Ledger.input(sha256:)`.
        package func input(sha256: String) throws(LedgerError) -> InputRecord? {
            try written { try Ledger.input(db, sha256: sha256) }
        }

        package func inputs(caseID: String) throws(LedgerError) -> [InputRecord] {
            try written { try Stored<InputRecord>.all(db, "WHERE caseID = ? ORDER BY id", [caseID]) }
        }

        package func inputs(studyKey: String) throws(LedgerError) -> [InputRecord] {
            try written { try Stored<InputRecord>.all(db, "WHERE studyKey = ? ORDER BY id", [studyKey]) }
        }

        package func `case`(_ id: String) throws(LedgerError) -> CaseRecord? {
            try written { try Stored<CaseRecord>.one(db, "WHERE id = ?", [id]) }
        }

        /// The case in force for a study.
        package func `case`(studyKey: String) throws(LedgerError) -> CaseRecord? {
            try written { try Ledger.case(db, studyKey: studyKey) }
        }

        /// The case that takes a study's files: the one in force where it is open, else one that gathers late files.
        ///
        /// A running case takes none: a worker has its files.
        package func openCase(studyKey: String) throws(LedgerError) -> CaseRecord? {
            try written {
                try Stored<CaseRecord>.one(
                    db,
                    """
                    WHERE studyKey = ? AND (state IN ('arriving', 'waiting', 'incomplete')
                        OR (state = 'ready' AND supersededBy IS NULL))
                    ORDER BY supersededBy IS NOT NULL, createdAtUS DESC
                    """, [studyKey])
            }
        }

        /// The case of a file that claims to be the same instance in another study; nil where there is none.
        package func conflictingCase(instanceKey: String, studyKey: String) throws(LedgerError) -> String? {
            try written {
                try String.fetchOne(
                    db,
                    sql: """
                        SELECT caseID FROM inputs
                        WHERE instanceKey = ? AND studyKey <> ? AND caseID IS NOT NULL ORDER BY id LIMIT 1
                        """, arguments: [instanceKey, studyKey])
            }
        }

        /// Seals the head.
        func finish() throws {
            guard appended > 0, let head else {
                throw LedgerError(.unaudited, "A change without an audit row is refused; this is a bug.")
            }
            let seal = AuditChain.headSeal(seq: head.seq, hash: head.hash, key: key)
            try db.execute(
                sql: "INSERT OR REPLACE INTO auditHead (id, seq, hash, seal) VALUES (1, ?, ?, ?)",
                arguments: [head.seq, head.hash, seal])
        }

        private func written<T>(_ body: () throws -> T) throws(LedgerError) -> T {
            try ledgerErrors(path: path, body)
        }
    }
}
