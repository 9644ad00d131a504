internal import Foundation
package import Simulation

/// Who is in a made-up cohort, how they are built, what ails them and how they are scanned. `etc/cohort.toml` explains
/// each key; a test keeps the two the same.
package struct CohortPlan: Sendable, Codable, Hashable {
    /// Everything that is drawn follows from it.
    package var seed: UInt64 = 1
    /// How many of each group. With `paired` there are as many controls as patients, and `controls` is not asked.
    package var controls = 60
    package var patients = 60
    /// True: each patient has a control that is the same person, scanned with the same noise, without the lesion.
    package var paired = false
    /// Share of subjects that `split` calls "test" rather than "train"; pairs are not divided.
    package var testShare = 0.0
    package var maps = BentMaps()
    package var sites = Sites()
    package var anatomy = AnatomyPlan()
    package var lesion = LesionPlan()
    package var acquisition = AcquisitionPlan()

    package init() {}

    /// Which group is scanned with which of `acquisition.protocols`.
    package struct Sites: Sendable, Codable, Hashable {
        /// As in ds004199: every control by the first protocol, half of the patients by the others.
        package var confounded = false
        /// Share of each protocol, in their order, any scale; empty for equal shares. Not asked where confounded.
        package var controlShares: [Double] = []
        package var patientShares: [Double] = []

        package init() {}
    }

    /// The plan by which the data set in a folder was made; nil where none is there that this program reads.
    static func made(_ root: String) -> CohortPlan? {
        let path = root + "/" + CohortFiles.planName
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try SettingsFile.load(CohortPlan(), path: path)
        } catch {
            // reason: a plan of another version of the program tells nothing; the images themselves are compared.
            return nil
        }
    }

    /// Refuses values out of their range.
    ///
    /// - Throws: `SETTINGS_INVALID`; the subject is the key.
    package func validate() throws(TrainingError) {
        try require((0...99_999).contains(controls), "controls", "is 0 to 99999")
        try require((0...99_999).contains(patients), "patients", "is 0 to 99999")
        try require(people.count > 0 && people.count <= 99_999, "patients", "and controls together are 1 to 99999")
        try require((0...1).contains(testShare), "testShare", "is 0 to 1")
        try maps.validate()
        try require(
            !(paired && sites.confounded), "sites.confounded",
            "cannot be with paired: both of a pair are scanned alike. Set one of them to false")
        let protocols = acquisition.protocols
        try require((1...100).contains(protocols.count), "acquisition.protocols", "holds 1 to 100 protocols")
        try require(
            !sites.confounded || protocols.count > 1, "sites.confounded", "needs at least two acquisition.protocols")
        for (index, scan) in protocols.enumerated() {
            for name in [scan.t1wName, scan.flairName] {
                try require(
                    !name.isEmpty
                        && name.unicodeScalars.allSatisfy {
                            $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0)
                        },
                    "acquisition.protocols.\(index)", "has names of letters and digits alone, for acq-")
            }
            for side in [scan.t1wSpacingMM, scan.flairSpacingMM] {
                try require(
                    side.min() >= 0.3 && side.max() <= 10, "acquisition.protocols.\(index)",
                    "has voxel sides of 0.3 to 10 mm")
            }
        }
        try require(
            acquisition.spacingMM == 0 || (0.3...10).contains(acquisition.spacingMM), "acquisition.spacingMM",
            "is 0, or 0.3 to 10 mm")
        for (key, shares) in [("controlShares", sites.controlShares), ("patientShares", sites.patientShares)] {
            try require(
                shares.isEmpty
                    || (shares.count == protocols.count && shares.allSatisfy { $0 >= 0 } && shares.reduce(0, +) > 0),
                "sites.\(key)", "holds a share for each of the \(protocols.count) protocols, or nothing")
        }
        try lesion.validate()
    }
}
