/// Anatomy that is bent out of maps of grey and white matter, anew for every subject, in place of folds that are made up.
package struct BentMaps: Sendable, Codable, Hashable {
    /// Share of subjects, 0…1.
    package var share = 0.0
    /// NIfTI files; relative paths begin at the plan's file. Empty for none.
    package var grey = ""
    package var white = ""
    /// In place of the two: a T1w image of a brain without skull, whose intensities tell grey from white matter.
    package var t1w = ""
    /// SHA-256 of the files, so that the plan in a cohort's folder names them wherever they lie; empty for any.
    package var greySHA256 = ""
    package var whiteSHA256 = ""
    package var t1wSHA256 = ""

    package init() {}

    /// SHA-256 of the files that are used.
    var hashes: Set<String> {
        share > 0 ? Set([greySHA256, whiteSHA256, t1wSHA256].filter { !$0.isEmpty }) : []
    }

    /// The files that are used, as text for people: "`grey.nii.gz` (SHA-256 `…`)".
    var names: [String] {
        [(grey, greySHA256), (white, whiteSHA256), (t1w, t1wSHA256)].filter { !$0.0.isEmpty }
            .map { "`\($0.0)` (SHA-256 `\($0.1)`)" }
    }

    /// Refuses a share without files, and files that say the same twice.
    ///
    /// - Throws: `SETTINGS_INVALID`; the subject is the key, in a table `maps`.
    func validate() throws(TrainingError) {
        try require((0...1).contains(share), "maps.share", "is 0 to 1")
        let (pair, anyOfPair) = (!grey.isEmpty && !white.isEmpty, !grey.isEmpty || !white.isEmpty)
        try require(
            share == 0 || pair || !t1w.isEmpty, "maps.grey",
            "and maps.white, or maps.t1w, name the files that maps.share asks for")
        try require(t1w.isEmpty || !anyOfPair, "maps.t1w", "is named in place of maps.grey and maps.white")
    }
}
