import Testing
import Watch

private let second: Int64 = 1_000_000_000

@Suite struct SettlingFilesTests {
    let rules = FileSettle.Rules(quietSeconds: 10, maximumWaitMinutes: 60)

    /// One look. - Returns: what to do with each file.
    @discardableResult
    private func look(
        _ files: inout SettlingFiles, _ sizes: [String: Int64], atNS now: Int64, isTruncated: Bool = false
    ) throws -> [String: FileSettle.Decision] {
        files.beginLook(nowNS: now)
        var decisions: [String: FileSettle.Decision] = [:]
        for (name, size) in sizes {
            let path = try #require(InboxPath(escaped: name))
            let identity = FileIdentity(device: 1, inode: UInt64(name.hashValue.magnitude), size: size, mtimeNS: 1)
            decisions[name] = files.see(path.fingerprint, identity, isPartial: path.isPartial, rules: rules).decision
        }
        files.endLook(isTruncated: isTruncated)
        return decisions
    }

    @Test func eachFileSettlesByItself() throws {
        var files = SettlingFiles()
        try look(&files, ["a": 1, "b": 1, "c.part": 1], atNS: 0)
        let decisions = try look(&files, ["a": 1, "b": 2, "c.part": 1], atNS: 10 * second)
        #expect(decisions == ["a": .ready, "b": .wait(untilNS: 20 * second), "c.part": .partial])
    }

    @Test func aRenamedPartSettlesUnderItsFinalName() throws {
        var files = SettlingFiles()
        try look(&files, ["a.part": 1], atNS: 0)
        let decisions = try look(&files, ["a": 1], atNS: 20 * second)
        #expect(decisions == ["a": .wait(untilNS: 30 * second)])
        #expect(files.count == 1)
    }

    @Test func aFileInARenamedFolderSettlesAnew() throws {
        var files = SettlingFiles()
        try look(&files, ["one/a": 1], atNS: 0)
        let decisions = try look(&files, ["two/a": 1], atNS: 20 * second)
        #expect(decisions == ["two/a": .wait(untilNS: 30 * second)])
        #expect(files.count == 1)
    }

    @Test func whatIsGoneIsForgottenUnlessTheLookWasCutShort() throws {
        var files = SettlingFiles()
        try look(&files, ["a": 1, "b": 1], atNS: 0)
        try look(&files, ["a": 1], atNS: second, isTruncated: true)
        #expect(files.count == 2)
        try look(&files, ["a": 1], atNS: 2 * second)
        #expect(files.count == 1)
        try look(&files, [:], atNS: 2 * second)
        #expect(files.count == 0)
    }

    @Test func forgottenFilesAreNew() throws {
        var files = SettlingFiles()
        try look(&files, ["a": 1, "b": 1], atNS: 0)
        files.forget(try #require(InboxPath(escaped: "a")).fingerprint)
        files.forget(try #require(InboxPath(escaped: "never seen")).fingerprint)
        let decisions = try look(&files, ["a": 1, "b": 1], atNS: 10 * second)
        #expect(decisions == ["a": .wait(untilNS: 20 * second), "b": .ready])
    }

    /// Against a dictionary, with files that come, change and go at random.
    @Test func manyFilesAreKnownLikeFew() throws {
        var random = SystemRandomNumberGenerator()
        var files = SettlingFiles()
        var expected: [UInt64: (size: Int64, sinceNS: Int64)] = [:]
        for step in 0..<30 {
            let now = Int64(step) * second
            for _ in 0..<100 {
                expected[UInt64.random(in: 1...700, using: &random)] = (Int64.random(in: 1...2, using: &random), now)
            }
            for key in expected.keys.shuffled(using: &random).prefix(step.isMultiple(of: 3) ? 400 : 40) {
                expected[key] = nil
                if step.isMultiple(of: 2) { files.forget(key) }
            }
            files.beginLook(nowNS: now)
            for (key, file) in expected {
                let identity = FileIdentity(device: 1, inode: key, size: file.size, mtimeNS: file.sinceNS)
                let decision = files.see(key, identity, isPartial: false, rules: rules).decision
                let isReady = now - file.sinceNS >= rules.quietNS
                #expect((decision == .ready) == isReady)
            }
            files.endLook(isTruncated: false)
            #expect(files.count == expected.count)
        }
    }

    @Test func aHundredThousandFilesTakeSixMegabytes() {
        var files = SettlingFiles()
        files.beginLook(nowNS: 0)
        for inode in 0..<100_000 {
            let identity = FileIdentity(device: 1, inode: UInt64(inode), size: 1, mtimeNS: 1)
            _ = files.see(identity.fingerprint, identity, isPartial: false, rules: rules)
        }
        files.endLook(isTruncated: false)
        #expect(files.count == 100_000)
        #expect(files.storedBytes < 6_000_000)
        files.beginLook(nowNS: second)
        files.endLook(isTruncated: false)
        #expect(files.storedBytes < 10_000, "room is given back")
    }

    @Test func emptyFoldersArePrunableAfterTheirQuiet() throws {
        var files = SettlingFiles()
        let key = try #require(InboxPath(escaped: "a/b")).fingerprint
        let identity = FileIdentity(device: 1, inode: 9, size: 0, mtimeNS: 1)
        var answers: [Bool] = []
        for (now, minutes) in [(0, 1), (30, 1), (60, 1), (61, 0)] {
            files.beginLook(nowNS: Int64(now) * second)
            answers.append(files.seeEmptyFolder(key, identity, quietMinutes: minutes))
            files.endLook(isTruncated: false)
        }
        #expect(answers == [false, false, true, false])
    }
}
