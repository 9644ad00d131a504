import Testing
import Watch

private let second: Int64 = 1_000_000_000

@Suite struct StudyTracksTests {
    @Test func onlyStudiesWhoseTimeHasComeAreDue() {
        var tracks = StudyTracks()
        tracks.touch("a", relativePaths: ["a/1.dcm"], nowNS: 10 * second)
        tracks.touch("b", relativePaths: ["b/1.dcm"], nowNS: 10 * second)
        #expect(tracks.due(nowNS: 10 * second) == ["a", "b"])
        tracks.wait("a", untilNS: 30 * second, unlessAfterNS: 10 * second, nowNS: 10 * second)
        #expect(tracks.due(nowNS: 29 * second) == ["b"])
        #expect(tracks.due(nowNS: 30 * second) == ["b", "a"])
        #expect(tracks.nextDueNS == 10 * second)
    }

    @Test func fileThatCameMeanwhileMakesAStudyDueAtOnce() {
        var tracks = StudyTracks()
        tracks.touch("a", relativePaths: ["a/1.dcm"], nowNS: 10 * second)
        tracks.touch("a", relativePaths: ["a/2.dcm"], nowNS: 11 * second)
        tracks.wait("a", untilNS: 30 * second, unlessAfterNS: 10 * second, nowNS: 12 * second)
        #expect(tracks.due(nowNS: 12 * second) == ["a"])
        #expect(tracks["a"]?.files == 2)
    }

    @Test func setOfFilesHasOneHashInAnyOrder() {
        #expect(StudyTrack.contents(of: ["b", "a", "a"]) == StudyTrack.contents(of: ["a", "b"]))
        #expect(StudyTrack.contents(of: ["a"]) != StudyTrack.contents(of: ["a", "b"]))
        #expect(StudyTrack.contents(of: []) == nil)
    }

    @Test func noPauseIsLongerThanAMinute() {
        var tracks = StudyTracks()
        tracks.touch("a", relativePaths: [], nowNS: 0)
        tracks.wait("a", untilNS: .max, unlessAfterNS: 0, nowNS: second)
        #expect(tracks.nextDueNS == second + StudyTracks.longestPauseNS)
    }

    @Test func unsettledNeighboursCountWhereTheFolderIsTheStudysOwn() throws {
        var tracks = StudyTracks()
        let own = try #require(InboxPath(escaped: "own/x")).folder
        let shared = try #require(InboxPath(escaped: "shared/x")).folder
        let pending = [own: 3, shared: 5, InboxPath(components: []): 7]
        tracks.touch("a", relativePaths: ["own/1.dcm", "shared/1.dcm", "loose.dcm"], nowNS: 0)
        #expect(tracks.arriving(beside: "a", pending: pending) == 8)
        tracks.touch("b", relativePaths: ["shared/2.dcm"], nowNS: 0)
        #expect(tracks.arriving(beside: "a", pending: pending) == 3)
        #expect(tracks.arriving(beside: "b", pending: pending) == 0)
        #expect(tracks.arriving(beside: "nobody", pending: pending) == 0)
    }
}
