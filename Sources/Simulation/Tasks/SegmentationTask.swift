package import Imaging

/// Something to be outlined in made-up images of one kind: what an encoder learns from before it sees a brain of its own.
///
/// After Med3D (Chen et al. 2019), which trained one encoder on 23 segmentation data sets of several organs and
/// modalities. Everything here is drawn, nobody was scanned.
package struct SegmentationTask: Sendable {
    /// One image with its truth.
    package struct Sample: Sendable {
        /// Intensities as a scanner gives them.
        package var image: Volume
        /// The label of each voxel: 0 for none, k for `labels[k - 1]`.
        package var labels: [UInt8]
        /// 1 in the body, 0 in air: what the image is normalised over.
        package var body: [UInt8]

        package init(image: Volume, labels: [UInt8], body: [UInt8]) {
            self.image = image
            self.labels = labels
            self.body = body
        }
    }

    /// Lower-case letters and hyphens.
    package let name: String
    /// The kind of image, in words.
    package let modality: String
    package let labels: [String]
    /// True where the image is a scan on a grid of its own, to be prepared as one; else it fills the grid it was made for.
    package let isScan: Bool
    /// One subject: one image, or several that are alike but for the first label.
    ///
    /// The same seed and grid make the same voxels. The grid's affine places the middle of a brain at the origin; a body's
    /// part fills the grid whatever its spacing.
    package let makeAll: @Sendable (_ seed: UInt64, _ grid: VoxelGrid) -> [Sample]

    /// A task whose subjects have one image each.
    package init(
        name: String, modality: String, labels: [String],
        make: @escaping @Sendable (_ seed: UInt64, _ grid: VoxelGrid) -> Sample
    ) {
        self.init(name: name, modality: modality, labels: labels, isScan: false) { [make($0, $1)] }
    }

    package init(
        name: String, modality: String, labels: [String], isScan: Bool,
        makeAll: @escaping @Sendable (_ seed: UInt64, _ grid: VoxelGrid) -> [Sample]
    ) {
        self.name = name
        self.modality = modality
        self.labels = labels
        self.isScan = isScan
        self.makeAll = makeAll
    }
}
