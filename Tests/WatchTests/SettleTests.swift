import Testing
import Watch

private let second: Int64 = 1_000_000_000
private let minute: Int64 = 60_000_000_000

/// A file as one look after the other finds it.
private struct Seen {
    var identity: FileIdentity
    var times: QuietTimes

    init(_ identity: FileIdentity, atNS now: Int64) {
        self.identity = identity
        times = QuietTimes(atNS: now)
    }

    mutating func observe(_ identity: FileIdentity, atNS now: Int64) {
        times.observe(isUnchanged: identity == self.identity, atNS: now)
        self.identity = identity
    }
}

@Suite struct FileSettleTests {
    let rules = FileSettle.Rules(quietSeconds: 10, maximumWaitMinutes: 60)
    let small = FileIdentity(device: 1, inode: 2, size: 3, mtimeNS: 4)
    let large = FileIdentity(device: 1, inode: 2, size: 5, mtimeNS: 4)

    private func decide(_ history: Seen, _ now: Int64, isPartial: Bool = false) -> FileSettle.Decision {
        FileSettle.decide(history.times, isPartial: isPartial, nowNS: now, rules: rules)
    }

    @Test func readyAfterTheQuietTimeAndNotBefore() {
        var history = Seen(small, atNS: 0)
        history.observe(small, atNS: 10 * second - 1)
        #expect(decide(history, 10 * second - 1) == .wait(untilNS: 10 * second))
        history.observe(small, atNS: 10 * second)
        #expect(decide(history, 10 * second) == .ready)
    }

    @Test(arguments: [
        FileIdentity(device: 9, inode: 2, size: 3, mtimeNS: 4), FileIdentity(device: 1, inode: 9, size: 3, mtimeNS: 4),
        FileIdentity(device: 1, inode: 2, size: 9, mtimeNS: 4), FileIdentity(device: 1, inode: 2, size: 3, mtimeNS: 9),
    ])
    func anyChangeStartsTheWaitAgain(_ changed: FileIdentity) {
        var history = Seen(small, atNS: 0)
        history.observe(changed, atNS: 9 * second)
        history.observe(changed, atNS: 18 * second)
        #expect(decide(history, 18 * second) == .wait(untilNS: 19 * second))
        history.observe(changed, atNS: 19 * second)
        #expect(decide(history, 19 * second) == .ready)
    }

    @Test func timeAloneProvesNothing() {
        // Seen once, then the scan hung: the file may have changed meanwhile.
        let history = Seen(small, atNS: 0)
        #expect(decide(history, 30 * second) != .ready)
    }

    @Test func aWaitAlwaysEndsLater() {
        let history = Seen(small, atNS: 0)
        for now in [Int64(0), 5 * second, 10 * second, 30 * second] {
            guard case .wait(let until) = decide(history, now) else {
                Issue.record("no wait at \(now)")
                continue
            }
            #expect(until > now)
        }
    }

    @Test func partialNamesAreNeverReady() {
        var history = Seen(small, atNS: 0)
        history.observe(small, atNS: 59 * minute)
        #expect(decide(history, 59 * minute, isPartial: true) == .partial)
        history.observe(small, atNS: 60 * minute)
        #expect(decide(history, 60 * minute, isPartial: true) == .overdue)
    }

    @Test func aFileThatNeverRestsBecomesOverdue() {
        var history = Seen(small, atNS: 0)
        for step in 1...720 { history.observe(step.isMultiple(of: 2) ? small : large, atNS: Int64(step) * 5 * second) }
        #expect(decide(history, 60 * minute) == .overdue)
    }

    @Test func aFileThatComesToRestLateIsStillTaken() {
        var history = Seen(small, atNS: 0)
        history.observe(large, atNS: 70 * minute)
        history.observe(large, atNS: 70 * minute + 10 * second)
        #expect(decide(history, 70 * minute + 10 * second) == .ready)
    }

    @Test func aClockThatRunsBackwardsStartsTheWaitAgain() {
        var history = Seen(small, atNS: 100 * minute)
        history.observe(small, atNS: 5 * second)
        #expect(decide(history, 5 * second) == .wait(untilNS: 15 * second))
        history.observe(small, atNS: 15 * second)
        #expect(decide(history, 15 * second) == .ready)
        #expect(decide(history, 0) == .wait(untilNS: 10 * second))
    }
}

@Suite struct StudySettleTests {
    let rules = StudySettle.Rules(settleSeconds: 60, maximumWaitMinutes: 120, pairWaitMinutes: 60)

    private func study(
        first: Int64 = 0, last: Int64 = 0, files: Int = 10, arriving: Int = 0, inspected: Int? = 10,
        _ completeness: StudyObservation.Completeness = .complete, _ modalities: Set<String> = ["T1w", "FLAIR"]
    ) -> StudyObservation {
        StudyObservation(
            firstFileNS: first, lastFileNS: last, files: files, arriving: arriving, inspectedFiles: inspected,
            completeness: completeness, modalities: modalities)
    }

    private func decide(_ study: StudyObservation, _ now: Int64) -> StudySettle.Decision {
        StudySettle.decide(study, nowNS: now, rules: rules)
    }

    @Test func itIsLeftAloneUntilItIsQuiet() {
        #expect(decide(study(inspected: nil), 59 * second) == .wait(untilNS: 60 * second, for: .quiet))
        #expect(decide(study(inspected: nil), 60 * second) == .inspect)
    }

    @Test func filesStillArrivingCountAsNoise() {
        let busy = study(arriving: 1, inspected: nil)
        #expect(decide(busy, 10 * minute) == .wait(untilNS: 11 * minute, for: .quiet))
    }

    @Test func neighbourThatNeverSettlesHoldsAStudyBackForTheMaximumWaitOnly() {
        let busy = study(arriving: 1)
        #expect(decide(busy, 119 * minute) == .wait(untilNS: 120 * minute, for: .quiet))
        #expect(decide(busy, 120 * minute) == .ready(missing: []))
    }

    @Test func aFileAfterTheInspectionAsksForAnother() {
        #expect(decide(study(files: 11, inspected: 10), 5 * minute) == .inspect)
    }

    @Test func completeWithBothIsReady() {
        #expect(decide(study(), 60 * second) == .ready(missing: []))
    }

    @Test(arguments: [["T1w"], ["FLAIR"], []]) func oneModalityWaitsForTheOther(_ have: Set<String>) {
        let missing = ["T1w", "FLAIR"].filter { !have.contains($0) }
        let half = study(last: 5 * minute, .complete, have)
        #expect(decide(half, 6 * minute) == .waitForPair(untilNS: 65 * minute, missing: missing))
        #expect(decide(half, 65 * minute - 1) == .waitForPair(untilNS: 65 * minute, missing: missing))
        #expect(decide(half, 65 * minute) == .ready(missing: missing))
    }

    @Test func missingImagesAreWaitedForAndThenGivenUp() {
        let gap = study(first: 0, last: 10 * minute, .missing(["MISSING_SLICE"]))
        #expect(decide(gap, 20 * minute) == .wait(untilNS: 130 * minute, for: .images(["MISSING_SLICE"])))
        #expect(decide(gap, 130 * minute - 1) == .wait(untilNS: 130 * minute, for: .images(["MISSING_SLICE"])))
        #expect(decide(gap, 130 * minute) == .incomplete(codes: ["MISSING_SLICE"]))
    }

    @Test func theMissingImageEndsTheWait() {
        let gap = study(last: 0, .missing(["MISSING_SLICE"]))
        #expect(decide(gap, 30 * minute) == .wait(untilNS: 120 * minute, for: .images(["MISSING_SLICE"])))
        let filled = study(last: 30 * minute, files: 11, inspected: 10, .missing(["MISSING_SLICE"]))
        #expect(decide(filled, 30 * minute) == .wait(untilNS: 31 * minute, for: .quiet))
        #expect(decide(filled, 31 * minute) == .inspect)
        #expect(decide(study(last: 30 * minute, files: 11, inspected: 11), 31 * minute) == .ready(missing: []))
    }

    @Test func filesThatTrickleForEverDoNotPutItOff() {
        // A file each half minute: never quiet. The bound is four times the maximum wait after the first file.
        let bound = 480 * minute
        let never = study(last: bound - second, files: 900, inspected: nil)
        #expect(decide(never, bound - 1) == .wait(untilNS: bound, for: .quiet))
        #expect(decide(never, bound) == .inspect)
        #expect(decide(study(last: bound, files: 901, inspected: 900), bound) == .ready(missing: []))
        #expect(
            decide(study(last: bound, files: 901, inspected: 900, .complete, ["T1w"]), bound)
                == .ready(missing: ["FLAIR"]))
    }

    @Test func aStudyIsNotGivenUpBeforeItsLastFilesWereLookedAt() {
        // First looked at half arrived, and then, on a busy machine, not again before all waits were over.
        let late = 480 * minute + 10 * minute
        let behind = study(last: 480 * minute, files: 192, inspected: 90, .missing(["GAP"]))
        #expect(decide(behind, late) == .inspect)
        #expect(decide(study(last: 480 * minute, files: 192, inspected: 192), late) == .ready(missing: []))
        // Files are still coming: it waits, and says for what.
        let coming = study(last: late - second, files: 192, inspected: 90, .missing(["GAP"]))
        #expect(decide(coming, late) == .wait(untilNS: late - second + minute, for: .images(["GAP"])))
        // All were looked at, and one is missing: given up.
        #expect(
            decide(study(last: late - second, files: 192, inspected: 192, .missing(["GAP"])), late)
                == .incomplete(codes: ["GAP"]))
    }

    @Test func noPairWaitMeansNone() {
        let rules = StudySettle.Rules(settleSeconds: 60, maximumWaitMinutes: 120, pairWaitMinutes: 0)
        let decision = StudySettle.decide(study(.complete, ["T1w"]), nowNS: minute, rules: rules)
        #expect(decision == .ready(missing: ["FLAIR"]))
    }

    @Test func aClockThatRunsBackwardsOnlyWaits() {
        let future = study(first: 100 * minute, last: 100 * minute)
        #expect(decide(future, 0) == .wait(untilNS: 60 * second, for: .quiet))
    }

    /// Whatever the observation, a wait ends later than now, and enough time ends every study.
    @Test func noWaitIsWithoutEnd() {
        let sets: [Set<String>] = [[], ["T1w"], ["FLAIR"], ["T1w", "FLAIR"]]
        for first in [0, 50 * minute] {
            for last in [0, 30 * second, 100 * minute, 500 * minute] {
                for inspected in [nil, 9, 10] as [Int?] {
                    for completeness in [.complete, .missing(["GAP"])] as [StudyObservation.Completeness] {
                        for modalities in sets {
                            for arriving in [0, 3] {
                                let seen = study(
                                    first: first, last: last, arriving: arriving, inspected: inspected, completeness,
                                    modalities)
                                expectEnd(seen)
                            }
                        }
                    }
                }
            }
        }
    }

    private func expectEnd(_ start: StudyObservation) {
        var seen = start
        var now: Int64 = 0
        for _ in 0..<2000 {
            switch decide(seen, now) {
            case .wait(let until, _), .waitForPair(let until, _):
                #expect(until > now)
                now = until
            case .inspect:
                #expect(seen.inspectedFiles != seen.files)
                seen.inspectedFiles = seen.files
            case .ready, .incomplete:
                return
            }
        }
        Issue.record("no end for \(start)")
    }

    @Test func storedTimesArePlacedOnThisBootsClock() {
        let now = 5 * minute
        #expect(StudySettle.monotonicNS(ofUTCUS: 1_000_000, nowUTCUS: 61_000_000, nowNS: now) == 4 * minute)
        #expect(StudySettle.monotonicNS(ofUTCUS: 99_000_000, nowUTCUS: 61_000_000, nowNS: now) == now)
        #expect(StudySettle.monotonicNS(ofUTCUS: 0, nowUTCUS: 3_600_000_000, nowNS: now) == -55 * minute)
        #expect(StudySettle.monotonicNS(ofUTCUS: .min, nowUTCUS: .max, nowNS: now) <= now)
    }
}
