import Glibc
import Testing
import Watch

private let second: Int64 = 1_000_000_000

@Suite struct InboxLookTests {
    let inbox: TemporaryFolder
    let rules = InboxLook.Rules(
        files: FileSettle.Rules(quietSeconds: 10, maximumWaitMinutes: 60), maximumFileBytes: 100,
        pruneFoldersAfterMinutes: 2)

    init() throws { inbox = try TemporaryFolder() }

    private func look(_ known: inout InboxLook, atSecond now: Int64, entries: Int = 1000) throws {
        try known.look(
            at: inbox.path, InboxScanner(maximumEntries: entries), rules: rules, now: { now * second })
    }

    private func ready(_ known: inout InboxLook) -> [InboxEntry] {
        known.nextReady(maximumFiles: 1000, maximumBytes: .max)
    }

    @Test func eachFileIsCountedForWhatItIs() throws {
        for name in ["quiet", "sub/also quiet", "coming.part", ".hidden/file"] { try inbox.write(name) }
        var known = InboxLook()
        try look(&known, atSecond: 0)
        #expect((known.waiting, known.partial, known.ready.count) == (2, 2, 0))
        #expect(known.nextNS == 10 * second)
        try inbox.write("late")
        try look(&known, atSecond: 10)
        #expect((known.waiting, known.partial, known.overdue) == (1, 2, 0))
        let taken = ready(&known).map(\.path.escaped).sorted()
        #expect(taken == ["quiet", "sub/also quiet"])
        try look(&known, atSecond: 3600)
        #expect((known.partial, known.overdue) == (0, 2))
    }

    @Test func keptFilesAreNotLookedAtAgain() throws {
        try inbox.write("a")
        var known = InboxLook()
        known.kept.remember(try #require(try InboxScanner().scan(inbox.path).entries.first).identity)
        try look(&known, atSecond: 0)
        #expect(known.count == 0)
        #expect(known.kept.count == 1)
        unlink(inbox.path + "/a")
        try look(&known, atSecond: 1)
        #expect(known.kept.count == 0)
    }

    @Test func newFileThatLooksLikeOneJustTakenIsSeen() throws {
        try inbox.write("a")
        var known = InboxLook()
        try look(&known, atSecond: 0)
        try look(&known, atSecond: 10)
        let entry = try #require(ready(&known).first)
        // Held until its copy was read, then let go; what lies there now has the same number, size and times.
        known.kept.remember(entry.identity)
        known.forget(entry)
        try look(&known, atSecond: 20)
        #expect(known.count == 1)
    }

    @Test func whatHasItsRowIsNotHandedOutAgain() throws {
        symlink("nowhere", inbox.path + "/link")
        for name in ["held", "left"] { try inbox.write(name) }
        var known = InboxLook()
        try look(&known, atSecond: 0)
        try look(&known, atSecond: 10)
        let batch = ready(&known)
        for entry in batch where entry.path.escaped != "left" {
            known.kept.remember(entry.identity, refused: entry.refusal)
        }
        known.putBack(batch)
        #expect(known.ready.count == 1)
        #expect(known.untaken.values.reduce(0, +) == 1)
        let again = ready(&known).map(\.path.escaped)
        #expect(again == ["left"])
    }

    @Test func whatWasRefusedIsNotNamedTwiceUntilItIsCured() throws {
        symlink("nowhere", inbox.path + "/link")
        try inbox.write("large", [UInt8](repeating: 0, count: 101))
        try inbox.write("empty", [])
        var known = InboxLook()
        try look(&known, atSecond: 0)
        try look(&known, atSecond: 10)
        let entries = ready(&known)
        #expect(entries.count == 3)
        for entry in entries {
            known.kept.remember(
                entry.identity, refused: entry.refusal ?? (entry.identity.size == 0 ? .empty : .tooLarge))
        }
        try look(&known, atSecond: 20)
        #expect(known.ready.count == 0)
        try inbox.write("empty", [1])
        try look(&known, atSecond: 30)
        try look(&known, atSecond: 40)
        let cured = ready(&known).map(\.path.escaped)
        #expect(cured == ["empty"])
    }

    @Test func aFileWhoseStorageFailsSettlesAnewAndIsForgottenWhenGone() throws {
        try inbox.write("a")
        var known = InboxLook()
        try look(&known, atSecond: 0)
        try look(&known, atSecond: 10)
        let first = ready(&known)
        let isNew = known.noteFailure(try #require(first.first))
        #expect(isNew)
        try look(&known, atSecond: 11)
        // Nobody waits for it, but it is looked at again.
        #expect((known.waiting, known.failing.count, known.nextNS) == (0, 1, 21 * second))
        try look(&known, atSecond: 21)
        let second = ready(&known)
        let isNewAgain = known.noteFailure(try #require(second.first))
        #expect(!isNewAgain)
        unlink(inbox.path + "/a")
        try look(&known, atSecond: 22)
        #expect(known.failing.count == 0)
    }

    @Test func quietEmptyFoldersAreNamedInnermostFirst() throws {
        try inbox.makeFolder("a/b")
        try inbox.write("full/file")
        var known = InboxLook()
        try look(&known, atSecond: 0)
        #expect(known.prunable.isEmpty)
        try look(&known, atSecond: 120)
        #expect(known.prunable.map(\.path.escaped) == ["a/b"])
    }

    @Test func aMissingInboxIsAnErrorAndLosesNothing() throws {
        try inbox.write("a")
        var known = InboxLook()
        try look(&known, atSecond: 0)
        rename(inbox.path, inbox.path + ".away")
        #expect(throws: WatchError.self) { try look(&known, atSecond: 5) }
        #expect(known.endedNS == nil)
        rename(inbox.path + ".away", inbox.path)
        try look(&known, atSecond: 10)
        #expect(known.ready.count == 1)
    }

    @Test func aLookThatIsCutShortForgetsNothing() throws {
        for index in 0..<20 { try inbox.write("f\(index)") }
        var known = InboxLook()
        try look(&known, atSecond: 0)
        try look(&known, atSecond: 10, entries: 7)
        #expect(known.ready.count == 7)
        #expect(known.isTruncated)
        #expect(known.count == 20)
    }
}
