/// How many subjects a cohort has, and how many of them were there before.
package struct CohortOutcome: Sendable, Codable, Hashable {
    package var controls: Int
    package var patients: Int
    package var kept: Int

    package init(controls: Int, patients: Int, kept: Int = 0) {
        self.controls = controls
        self.patients = patients
        self.kept = kept
    }

    package var summary: String {
        "\(controls) controls and \(patients) patients" + (kept > 0 ? ", \(kept) of them there already" : "")
    }
}
