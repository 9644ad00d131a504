import Foundation
import Glibc
import Ledger
import Testing

/// Kills a process that does nothing but commit, over and over, and looks at what it left.
@Suite struct KilledWriterTests {
    static let variable = "FCDWATCH_LEDGER_TO_WRITE"
    static let inputsInACase = 3

    @Test func killedWriterLeavesWholeTransactions() throws {
        if let path = ProcessInfo.processInfo.environment[Self.variable] {
            try Self.writeUntilKilled(path)
        }
        let site = try Site()
        try site.open().close()
        for round in 1...8 {
            try killWriter(of: site.path, afterCommits: 3 * round % 7 + 1)
            // A reader may not roll back what was interrupted; it says so and changes nothing.
            do {
                _ = try site.reader().counts()
            } catch let error as LedgerError {
                #expect(error.code == .needsRecovery)
            }
            let ledger = try site.open()
            let cases = try ledger.cases().count
            #expect(try ledger.counts().received == cases * Self.inputsInACase)
            #expect(try ledger.counts().balanced)
            #expect(try ledger.verifyAudit() == .intact(count: Int64(2 * cases), head: try ledger.head()))
            try ledger.integrityCheck()
            try ledger.close()
        }
        #expect(try site.reader().cases().count >= 16)
    }

    private func killWriter(of path: String, afterCommits: Int) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--testing-library", "swift-testing", "--filter", "KilledWriterTests"]
        process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: path]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var seen = 0
        while seen < afterCommits {
            let bytes = output.fileHandleForReading.availableData
            try #require(!bytes.isEmpty, "the writer ended by itself")
            seen += bytes.count { $0 == UInt8(ascii: "\u{1}") }
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
    }

    /// Says one byte of 1 for each commit; ends only by a signal.
    private static func writeUntilKilled(_ path: String) throws -> Never {
        let ledger = try Ledger(path: path, key: AuditKey(bytes: Array(0..<32)), identity: Site.identity)
        var number = try ledger.cases().count
        while true {
            number += 1
            try ledger.commit { transaction in
                let id = "case-\(number)"
                try transaction.insert(Site.record(id))
                try transaction.audit(AuditEvent(.studyDiscovered, caseID: id))
                for _ in 0..<inputsInACase { try transaction.insert(Site.input(number, .used, caseID: id)) }
                try transaction.audit(AuditEvent(.studyComplete, caseID: id))
            }
            var said: UInt8 = 1
            guard write(STDOUT_FILENO, &said, 1) == 1 else { exit(1) }
        }
    }
}
