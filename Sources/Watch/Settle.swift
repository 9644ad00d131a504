/// Since when an inbox file has been what it is, in ns of a monotonic clock.
package struct QuietTimes: Sendable, Hashable {
    /// When it was seen first, in any state.
    package private(set) var firstSeenNS: Int64
    /// Since when its state has been what it is.
    package private(set) var unchangedSinceNS: Int64
    /// When it was seen last.
    package private(set) var lastSeenNS: Int64

    package init(atNS now: Int64) {
        firstSeenNS = now
        unchangedSinceNS = now
        lastSeenNS = now
    }

    /// Adds one observation. Time that runs backwards counts as no time: the wait starts again.
    package mutating func observe(isUnchanged: Bool, atNS now: Int64) {
        if now < lastSeenNS {
            firstSeenNS = min(firstSeenNS, now)
            unchangedSinceNS = now
        }
        if !isUnchanged { unchangedSinceNS = now }
        lastSeenNS = now
    }
}

/// Whether a file has stopped changing. Pure.
package enum FileSettle {
    /// What to do now.
    package enum Decision: Sendable, Hashable {
        case wait(untilNS: Int64)
        case ready
        /// The name says that it is still being written; it is never taken under this name.
        case partial
        /// Partial, or never quiet, for longer than the maximum: say so on the work list, and leave it alone.
        case overdue
    }

    /// Waiting times.
    package struct Rules: Sendable, Hashable {
        /// ns without any change.
        package var quietNS: Int64
        /// ns from first sight to `.overdue`.
        package var maximumNS: Int64

        package init(quietSeconds: Int, maximumWaitMinutes: Int) {
            quietNS = Int64(quietSeconds) * 1_000_000_000
            maximumNS = Int64(maximumWaitMinutes) * 60_000_000_000
        }
    }

    /// - Parameters:
    ///   - isPartial: what `InboxPath.isPartial` said.
    ///   - now: monotonic ns.
    package static func decide(
        _ times: QuietTimes, isPartial: Bool, nowNS now: Int64, rules: Rules
    ) -> Decision {
        let isOverdue = Elapsed.ns(since: times.firstSeenNS, now) >= rules.maximumNS
        if isPartial { return isOverdue ? .overdue : .partial }
        let quiet = Elapsed.ns(since: times.unchangedSinceNS, now)
        // The observation itself must be as old as the quiet: a scan that was not repeated proves nothing.
        let observed = Elapsed.ns(since: times.unchangedSinceNS, times.lastSeenNS)
        if quiet >= rules.quietNS && observed >= rules.quietNS { return .ready }
        if isOverdue { return .overdue }
        return .wait(untilNS: now + max(1, rules.quietNS - quiet))
    }
}

/// What is known of one study while its files arrive. Times are ns of a monotonic clock.
package struct StudyObservation: Sendable, Hashable {
    /// What an inspection found.
    package enum Completeness: Sendable, Hashable {
        /// Every series that could be used has all its images.
        case complete
        /// Stable codes of what more files might cure.
        case missing([String])
    }

    /// When its first file was taken.
    package var firstFileNS: Int64
    /// When its last file was taken.
    package var lastFileNS: Int64
    /// Files of this study in the spool.
    package var files: Int
    /// Files beside them in the inbox that have not settled yet and may belong to it.
    package var arriving: Int
    /// How many of `files` the last inspection saw; nil before the first.
    package var inspectedFiles: Int?
    /// The last inspection's answer.
    package var completeness: Completeness
    /// Contrasts found usable: `T1w`, `FLAIR`.
    package var modalities: Set<String>

    package init(
        firstFileNS: Int64, lastFileNS: Int64, files: Int, arriving: Int = 0, inspectedFiles: Int? = nil,
        completeness: Completeness = .missing([]), modalities: Set<String> = []
    ) {
        self.firstFileNS = firstFileNS
        self.lastFileNS = lastFileNS
        self.files = files
        self.arriving = arriving
        self.inspectedFiles = inspectedFiles
        self.completeness = completeness
        self.modalities = modalities
    }
}

/// Whether a study is whole. Pure: the same observation and time give the same answer.
///
/// A quiet time says when to look, what is found there says whether to go, and no wait is without end: a study that
/// lacks images is given up `maximumWait` after its last file. One that never falls quiet goes after
/// `Rules.trickleFactor` times that if it was seen to be whole; else it waits, visibly, for as long as files come.
package enum StudySettle {
    /// What a study waits for.
    package enum Waiting: Sendable, Hashable {
        /// Files came a moment ago, or are still coming.
        case quiet
        /// These codes say what is missing.
        case images([String])
    }

    /// What to do now.
    package enum Decision: Sendable, Hashable {
        case wait(untilNS: Int64, for: Waiting)
        /// Quiet, but not inspected since the last file came.
        case inspect
        case waitForPair(untilNS: Int64, missing: [String])
        /// Go; `missing` names expected modalities that did not come.
        case ready(missing: [String])
        case incomplete(codes: [String])
    }

    /// Waiting times.
    package struct Rules: Sendable, Hashable {
        /// ns without a new file before a study is looked at.
        package var settleNS: Int64
        /// ns after the last file until missing images are given up.
        package var maximumWaitNS: Int64
        /// ns after the last file until a missing modality is given up.
        package var pairWaitNS: Int64
        /// In the order they are named to people.
        package var expected: [String]
        /// A study that never falls quiet is looked at after this many times `maximumWaitNS`.
        package static let trickleFactor: Int64 = 4

        package init(
            settleSeconds: Int, maximumWaitMinutes: Int, pairWaitMinutes: Int, expected: [String] = ["T1w", "FLAIR"]
        ) {
            settleNS = Int64(settleSeconds) * 1_000_000_000
            maximumWaitNS = Int64(maximumWaitMinutes) * 60_000_000_000
            pairWaitNS = Int64(pairWaitMinutes) * 60_000_000_000
            self.expected = expected
        }
    }

    /// - Parameter now: monotonic ns.
    package static func decide(_ study: StudyObservation, nowNS now: Int64, rules: Rules) -> Decision {
        let sinceLast = Elapsed.ns(since: study.lastFileNS, now)
        let trickle = rules.maximumWaitNS * Rules.trickleFactor
        let untilGivenUp = trickle - Elapsed.ns(since: min(study.firstFileNS, study.lastFileNS), now)
        // A file beside the study that never settles, or is not its own, holds it back for so long and no longer.
        let isStillArriving = study.arriving > 0 && sinceLast < rules.maximumWaitNS
        let isQuiet = sinceLast >= rules.settleNS && !isStillArriving

        let pause = max(rules.settleNS - sinceLast, isStillArriving ? rules.settleNS : 1)
        if !isQuiet && untilGivenUp > 0 {
            return .wait(untilNS: now + max(1, min(pause, untilGivenUp)), for: .quiet)
        }
        guard let inspected = study.inspectedFiles else { return .inspect }
        let isOld = inspected != study.files
        // Once it is quiet, every file that is here has a say.
        if isOld && isQuiet { return .inspect }

        // Files that trickle in for ever must not put off what was seen to be whole: an old inspection is enough for
        // that. It is not enough for giving up, since the missing image may be among the files it did not see.
        switch study.completeness {
        case .missing(let codes) where isOld:
            return .wait(untilNS: now + pause, for: .images(codes))
        case .missing(let codes):
            let left = min(rules.maximumWaitNS - sinceLast, untilGivenUp)
            return left > 0 ? .wait(untilNS: now + left, for: .images(codes)) : .incomplete(codes: codes)
        case .complete:
            let missing = rules.expected.filter { !study.modalities.contains($0) }
            let left = min(rules.pairWaitNS - sinceLast, untilGivenUp)
            return missing.isEmpty || left <= 0
                ? .ready(missing: missing) : .waitForPair(untilNS: now + left, missing: missing)
        }
    }

    /// Places a stored wall-clock time on this boot's monotonic clock, after a restart.
    ///
    /// - Returns: monotonic ns, possibly negative, never after `now`; a stored time in the future counts as now.
    package static func monotonicNS(ofUTCUS stored: Int64, nowUTCUS: Int64, nowNS: Int64) -> Int64 {
        let ageUS = max(0, nowUTCUS.subtractingReportingOverflow(stored).partialValue)
        let (ageNS, overflow) = ageUS.multipliedReportingOverflow(by: 1000)
        return overflow ? nowNS - Int64.max / 4 : nowNS - ageNS
    }
}

enum Elapsed {
    /// ns from `start` to `now`; 0 where the clock ran backwards.
    static func ns(since start: Int64, _ now: Int64) -> Int64 { max(0, now - start) }
}
