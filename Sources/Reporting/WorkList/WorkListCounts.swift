/// What came in and what became of it; both sums must balance.
package struct WorkListCounts: Sendable, Hashable {
    /// Input files.
    package struct Inputs: Sendable, Hashable {
        package var received, used, notNeeded, duplicate, refused, waiting: Int

        package init(received: Int, used: Int, notNeeded: Int, duplicate: Int, refused: Int, waiting: Int) {
            self.received = received
            self.used = used
            self.notNeeded = notNeeded
            self.duplicate = duplicate
            self.refused = refused
            self.waiting = waiting
        }

        /// Files received without an outcome; negative where an outcome was counted twice. 0 is right.
        package var unaccounted: Int { received - used - notNeeded - duplicate - refused - waiting }
    }

    /// Studies.
    package struct Studies: Sendable, Hashable {
        package var received, reported, notAssessable, incomplete, failed, waiting, running: Int

        package init(
            received: Int, reported: Int, notAssessable: Int, incomplete: Int, failed: Int, waiting: Int, running: Int
        ) {
            self.received = received
            self.reported = reported
            self.notAssessable = notAssessable
            self.incomplete = incomplete
            self.failed = failed
            self.waiting = waiting
            self.running = running
        }

        /// Studies received without a state; 0 is right.
        package var unaccounted: Int { received - reported - notAssessable - incomplete - failed - waiting - running }
    }

    /// Refused input files of one code.
    package struct Refusal: Sendable, Hashable {
        package var code: String
        package var count: Int
        /// What the code means and what to do.
        package var advice: String

        package init(code: String, count: Int, advice: String) {
            self.code = code
            self.count = count
            self.advice = advice
        }
    }

    package var inputs: Inputs
    package var studies: Studies
    package var refusals: [Refusal]

    package init(inputs: Inputs, studies: Studies, refusals: [Refusal] = []) {
        self.inputs = inputs
        self.studies = studies
        self.refusals = refusals
    }

    package var isBalanced: Bool { inputs.unaccounted == 0 && studies.unaccounted == 0 && unlistedRefusals == 0 }

    /// Refused files that no code accounts for.
    package var unlistedRefusals: Int { inputs.refused - refusals.map(\.count).reduce(0, +) }
}
