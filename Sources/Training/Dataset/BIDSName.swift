/// The parts of a BIDS file name: `sub-00001_acq-iso08_run-2_T1w.nii.gz` has entities sub, acq and run, and suffix T1w.
package struct BIDSName: Sendable, Hashable {
    package var entities: [String: String]
    /// The last part: T1w, FLAIR, roi, mask.
    package var suffix: String
    /// A modality that stands before the suffix without a key, as in `FLAIR_roi`.
    package var contrast: String?
    /// "nii", "nii.gz", "json", or empty.
    package var ending: String

    package init(_ name: String) {
        var stem = name[...]
        ending = ""
        for known in [".nii.gz", ".nii", ".json"] where stem.hasSuffix(known) {
            stem = stem.dropLast(known.count)
            ending = String(known.dropFirst())
            break
        }
        let parts = stem.split(separator: "_")
        entities = [:]
        contrast = nil
        for part in parts.dropLast() {
            if let dash = part.firstIndex(of: "-") {
                entities[String(part[..<dash])] = String(part[part.index(after: dash)...])
            } else {
                contrast = String(part)
            }
        }
        suffix = parts.last.map(String.init) ?? ""
    }

    package var acquisition: String { entities["acq"] ?? "" }
    /// 0 where the name has no run.
    package var run: Int { entities["run"].flatMap { Int($0) } ?? 0 }
    package var isImage: Bool { ending == "nii.gz" || ending == "nii" }
}
