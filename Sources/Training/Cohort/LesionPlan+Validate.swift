internal import Simulation

extension LesionPlan {
    /// Refuses ranges that no lesion can have.
    ///
    /// - Throws: `SETTINGS_INVALID`; the subject is the key, in a table `lesion`.
    func validate() throws(TrainingError) {
        try require(severity.lowerBound >= 0 && severity.upperBound <= 1, "lesion.severity", "lies within 0 and 1")
        try require(
            millilitres.lowerBound >= 0.01 && millilitres.upperBound <= 200, "lesion.millilitres",
            "lies within 0.01 and 200")
    }
}
