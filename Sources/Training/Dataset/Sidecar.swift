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

    /// Nil where the sidecar does not say.
    var isThick: Bool? {
        if let acquisitionType { return acquisitionType.uppercased() == "2D" || isOverLimit == true }
        return isOverLimit
    }

    private var isOverLimit: Bool? {
        [sliceThicknessMM, spacingBetweenSlicesMM].compactMap { $0 }.max().map { $0 > Dataset.largestVoxelMM }
    }
}
