import GRDB

/// The tables, and how a file of an older version becomes one of this version.
///
/// A migration that has shipped is never edited: add another.
enum Schema {
    /// `PRAGMA application_id` of a ledger: "FCDW".
    static let applicationID: Int32 = 0x4643_4457

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("v1") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: tablesV1)
            try db.execute(sql: triggersV1)
        }
        migrator.registerMigration("v2") { db in
            try db.execute(sql: columnsV2)
            try db.execute(sql: indexesV2)
        }
        return migrator
    }

    /// The rules that protect rows, as this version makes them: name and text of each trigger.
    ///
    /// SQLite keeps the text as it was given, so a fresh database in memory has the same.
    static func triggers() throws -> [String: String] {
        let fresh = try DatabaseQueue()
        try migrator.migrate(fresh)
        return try fresh.read(triggers(of:))
    }

    static func triggers(of db: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["sql"]) })
    }

    private static func list(_ names: [String]) -> String {
        names.map { "'\($0)'" }.joined(separator: ", ")
    }

    /// SQL that holds for 64 lower-case hexadecimal digits, and for NULL.
    private static func hash(_ column: String) -> String {
        "length(\(column)) = 64 AND \(column) NOT GLOB '*[^0-9a-f]*'"
    }

    // No JSON functions here: under trusted_schema = OFF, SQLite 3.40 refuses them in a schema.
    // The lists are written out, not taken from the enums: what has shipped must not change with them.
    private static var tablesV1: String {
        """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE cases (
            id TEXT PRIMARY KEY NOT NULL CHECK (length(id) > 0),
            studyKey TEXT NOT NULL CHECK (length(studyKey) > 0),
            pseudonym TEXT NOT NULL CHECK (length(pseudonym) > 0),
            state TEXT NOT NULL CHECK (state IN (\(list([
                "arriving", "waiting", "ready", "running", "reported", "notAssessable", "incomplete", "failed",
            ])))),
            code TEXT CHECK (length(code) > 0),
            waitingFor TEXT CHECK (length(waitingFor) > 0),
            attempts INTEGER NOT NULL CHECK (attempts >= 0),
            createdAtUS INTEGER NOT NULL,
            updatedAtUS INTEGER NOT NULL,
            lastInputAtUS INTEGER NOT NULL,
            verdict TEXT,
            summary TEXT,
            accession TEXT,
            studyTime TEXT,
            supersededBy TEXT REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED CHECK (supersededBy <> id),
            resultSHA256 TEXT CHECK (\(hash("resultSHA256"))),
            noClinicalMeaning INTEGER NOT NULL CHECK (noClinicalMeaning IN (0, 1)),
            CONSTRAINT verdictOfNoScoreHasCode CHECK (state NOT IN ('notAssessable', 'failed') OR code IS NOT NULL),
            CONSTRAINT waitingSaysForWhat CHECK (state <> 'waiting' OR waitingFor IS NOT NULL),
            CONSTRAINT reportedHasResult CHECK (
                state <> 'reported' OR (verdict IS NOT NULL AND resultSHA256 IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX casesInForce ON cases (studyKey) WHERE supersededBy IS NULL;
        CREATE INDEX casesByState ON cases (state);
        CREATE INDEX casesByPseudonym ON cases (pseudonym);
        CREATE INDEX casesBySupersededBy ON cases (supersededBy);

        CREATE TABLE inputs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            sha256 TEXT NOT NULL,
            size INTEGER NOT NULL CHECK (size >= 0),
            spoolName TEXT CHECK (length(spoolName) > 0 AND instr(spoolName, '/') = 0),
            relativePath TEXT NOT NULL,
            receivedAtUS INTEGER NOT NULL,
            outcome TEXT NOT NULL CHECK (outcome IN (\(list([
                "waiting", "used", "notNeeded", "duplicate", "refused",
            ])))),
            code TEXT CHECK (length(code) > 0),
            kind TEXT,
            studyKey TEXT,
            seriesKey TEXT,
            instanceKey TEXT,
            caseID TEXT REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
            device INTEGER,
            inode INTEGER,
            mtimeNS INTEGER,
            CONSTRAINT refusedHasCode CHECK (outcome <> 'refused' OR code IS NOT NULL),
            CONSTRAINT usedHasCase CHECK (outcome <> 'used' OR caseID IS NOT NULL),
            CONSTRAINT unreadIsRefused CHECK ((\(hash("sha256"))) OR (sha256 = '' AND outcome = 'refused'))
        ) STRICT;
        CREATE INDEX inputsBySHA256 ON inputs (sha256);
        CREATE INDEX inputsByOutcome ON inputs (outcome, code);
        CREATE INDEX inputsByCase ON inputs (caseID);
        CREATE INDEX inputsByStudy ON inputs (studyKey);
        CREATE INDEX inputsByInstance ON inputs (instanceKey);
        CREATE INDEX inputsByFile ON inputs (inode, device);

        CREATE TABLE audit (
            seq INTEGER PRIMARY KEY NOT NULL CHECK (seq > 0),
            utcUS INTEGER NOT NULL,
            monotonicNS INTEGER NOT NULL,
            bootID TEXT NOT NULL,
            runID TEXT NOT NULL,
            actor TEXT NOT NULL,
            event TEXT NOT NULL,
            outcome TEXT NOT NULL,
            caseID TEXT,
            objectSHA256 TEXT,
            software TEXT NOT NULL,
            modelSHA256 TEXT,
            configHash TEXT,
            body TEXT NOT NULL CHECK (body GLOB '{*}'),
            prev TEXT NOT NULL CHECK (length(prev) = 64),
            hash TEXT NOT NULL CHECK (length(hash) = 64)
        ) STRICT;
        CREATE INDEX auditByCase ON audit (caseID) WHERE caseID IS NOT NULL;

        CREATE TABLE auditHead (
            id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
            seq INTEGER NOT NULL,
            hash TEXT NOT NULL,
            seal TEXT NOT NULL
        ) STRICT;
        """
    }

    /// Which profile a case is screened with where it is not the configured one, its place in the queue, and whether
    /// somebody asked for it.
    private static let columnsV2 = """
        ALTER TABLE cases ADD COLUMN profile TEXT CHECK (length(profile) > 0);
        ALTER TABLE cases ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE cases ADD COLUMN origin TEXT NOT NULL DEFAULT 'arrival' CHECK (origin IN ('arrival', 'rescreen'));
        """

    /// All cases of a study, and the files that nobody has looked into yet, without a walk through everything.
    private static let indexesV2 = """
        CREATE INDEX casesByStudy ON cases (studyKey);
        CREATE INDEX inputsOfUnknownKind ON inputs (id) WHERE outcome = 'waiting' AND kind IS NULL;
        """

    private static let triggersV1 = """
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'audit rows are never deleted'); END;
        CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
        WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit)
        BEGIN SELECT RAISE(ABORT, 'audit rows are appended in order'); END;
        CREATE TRIGGER inputs_no_delete BEFORE DELETE ON inputs
        BEGIN SELECT RAISE(ABORT, 'inputs are never deleted'); END;
        CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases
        BEGIN SELECT RAISE(ABORT, 'cases are never deleted'); END;
        """
}
