internal import Foundation

/// What the JSON beside an image says of how thick its slices are; absent values are nil.
struct Sidecar: Decodable {
    var acquisitionType: String?
    var sliceThicknessMM: Double?
    var spacingBetweenSlicesMM: Double?

    private enum CodingKeys: String, CodingKey {
        case acquisitionType = "MRAcquisitionType"
        case sliceThicknessMM = "SliceThickness"
        case spacingBetweenSlicesMM = "SpacingBetweenSlices"
    }

    /// Nil where there is no readable sidecar: the image's own header then decides.
    init?(ofImage path: String) {
        let stem = path.hasSuffix(".nii.gz") ? path.dropLast(7) : path.dropLast(4)
        guard let bytes = FileManager.default.contents(atPath: stem + ".json") else { return nil }
        do {
            self = try JSONDecoder().decode(Sidecar.self, from: bytes)
        } catch {
            // reason: a broken sidecar is as good as none.
            return nil
        }
    }

    /// True for 2D slices, false for thin ones; nil where the image itself must say.
    var isThick: Bool? {
        if acquisitionType?.uppercased() == "2D" { return true }
        let thickest = [sliceThicknessMM, spacingBetweenSlicesMM].compactMap { $0 }.max()
        return (thickest ?? .infinity) <= Dataset.largestVoxelMM ? false : nil
    }
}
