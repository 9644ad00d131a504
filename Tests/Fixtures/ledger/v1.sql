-- A ledger as the first schema made it, with one study of each end. Written from the SQL that shipped; never edited.
PRAGMA application_id = 1178813527;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES ('v1');
CREATE TABLE meta (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cases (
    id TEXT PRIMARY KEY NOT NULL CHECK (length(id) > 0),
    studyKey TEXT NOT NULL CHECK (length(studyKey) > 0),
    pseudonym TEXT NOT NULL CHECK (length(pseudonym) > 0),
    state TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'ready', 'running', 'reported', 'notAssessable', 'incomplete', 'failed')),
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
    resultSHA256 TEXT CHECK (length(resultSHA256) = 64 AND resultSHA256 NOT GLOB '*[^0-9a-f]*'),
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
    outcome TEXT NOT NULL CHECK (outcome IN ('waiting', 'used', 'notNeeded', 'duplicate', 'refused')),
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
    CONSTRAINT unreadIsRefused CHECK ((length(sha256) = 64 AND sha256 NOT GLOB '*[^0-9a-f]*') OR (sha256 = '' AND outcome = 'refused'))
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

INSERT INTO cases (id, studyKey, pseudonym, state, code, waitingFor, attempts, createdAtUS, updatedAtUS, lastInputAtUS,
    verdict, resultSHA256, noClinicalMeaning)
VALUES
    ('reported', 's1', '0123456789abcdef', 'reported', NULL, NULL, 1, 1, 5, 2, 'belowThreshold', printf('%064d', 1), 0),
    ('waiting', 's2', '0123456789abcdef', 'waiting', NULL, 'FLAIR', 0, 2, 6, 3, NULL, NULL, 0),
    ('failed', 's3', '0123456789abcdef', 'failed', 'WORKER_CRASHED', NULL, 2, 3, 7, 4, NULL, NULL, 0);
INSERT INTO inputs (sha256, size, spoolName, relativePath, receivedAtUS, outcome, studyKey, caseID)
VALUES (printf('%064d', 2), 10, 'copy', 'a/b.dcm', 1, 'used', 's1', 'reported');
