internal import Foundation
import Imaging
import Simulation

/// The maps of grey and white matter of a plan, and how the cohort's folder names them: by name and content, and not by
/// where they lay.
struct CohortMaps {
    /// Nil where the plan asks for none.
    var maps: TissueMaps?
    /// For the plan in the cohort's folder.
    var named: BentMaps

    /// - Parameter file: that of the plan, from which relative paths begin; nil for the working folder.
    /// - Throws: `TRAINING_INPUT_UNREADABLE` where a map is missing or cannot be used, `SETTINGS_INVALID` where it is
    ///   another one than the plan was made with.
    init(_ plan: BentMaps, beside file: String?) throws(TrainingError) {
        guard plan.share > 0 else {
            named = BentMaps()
            return
        }
        named = plan
        let paths = [plan.grey, plan.white, plan.t1w].map { SettingsFile.resolve($0, beside: file) }
        if plan.t1w.isEmpty {
            (named.grey, named.greySHA256) = try Self.identity(paths[0], "maps.grey", expected: plan.greySHA256)
            (named.white, named.whiteSHA256) = try Self.identity(paths[1], "maps.white", expected: plan.whiteSHA256)
        } else {
            (named.t1w, named.t1wSHA256) = try Self.identity(paths[2], "maps.t1w", expected: plan.t1wSHA256)
        }
        do throws(ImagingError) {
            maps =
                if plan.t1w.isEmpty {
                    try TissueMaps(grey: NIfTIFile.read(paths[0]).volume, white: NIfTIFile.read(paths[1]).volume)
                } else {
                    try TissueMaps(stripped: NIfTIFile.read(paths[2]).volume)
                }
        } catch {
            throw TrainingError(
                .unreadable, "The maps of grey and white matter cannot be used: \(error.message)", cause: error)
        }
    }

    private static func identity(
        _ path: String, _ key: String, expected: String
    ) throws(TrainingError) -> (name: String, sha256: String) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TrainingError(
                .unreadable, "The map that \(key) names cannot be read. Name the file with --set \(key)=FILE.",
                subject: key, cause: error)
        }
        let found = RunIdentity.digest(bytes)
        guard expected.isEmpty || found == expected.lowercased() else {
            throw TrainingError(
                .settingsInvalid,
                "The map that \(key) names is another one than the plan was made with. Name that one with --set "
                    + "\(key)=FILE, or make another cohort with --set \(key)SHA256=\"\".",
                subject: key)
        }
        return (URL(fileURLWithPath: path).lastPathComponent, found)
    }
}
