package import ConvNet
package import Imaging

/// The JSON file beside a heat map: what the numbers are and how they came to their places. Keys in BIDS style.
package struct HeatmapSidecar: Codable, Sendable, Hashable {
    /// Which of the two files of a map this is.
    package enum Kind: Sendable {
        /// Signed values as computed, placed on the scan.
        case raw
        /// ReLU on the cells, placed on the scan, then min-max to 0…1.
        case normalised
    }

    package var description: String
    package var method: String
    package var layer: String
    package var targetClass: String
    package var relu: Bool
    package var normalised: Bool
    package var placement: String
    package var units: String
    /// Size of a cell in mm, and number of cells, along axes 0, 1 and 2 of the prepared volume.
    package var cellSizeMM: SIMD3<Double>
    package var cells: SIMD3<Int>
    /// Number of networks whose maps were averaged.
    package var memberCount: Int
    package var model: ModelIdentity
    package var caution: String

    private enum CodingKeys: String, CodingKey {
        case description = "Description"
        case method = "Method"
        case layer = "Layer"
        case targetClass = "TargetClass"
        case relu = "ReLU"
        case normalised = "Normalised"
        case placement = "Placement"
        case units = "Units"
        case cellSizeMM = "CellSizeMM"
        case cells = "Cells"
        case memberCount = "MemberCount"
        case model = "Model"
        case caution = "Caution"
    }

    /// - Parameters:
    ///   - cells: the grid of the raw map, in the stage's cells.
    ///   - stage: whose map it is.
    package init(
        _ kind: Kind, cells: VoxelGrid, stage: Architecture.Stage, memberCount: Int, model: ModelIdentity
    ) {
        description =
            kind == .raw
            ? "Signed Grad-CAM map of the FCD class, mean over the ensemble, on the grid of the scan"
            : "Grad-CAM map of the FCD class, mean over the ensemble, 0 to 1, on the grid of the scan"
        method =
            stage == .layer4
            ? "sum over channels k of w_k * A_k / N at the last stage; with the bias, its sum over cells is the logit"
            : "sum over channels k of A_k times the mean over cells of the gradient of the FCD logit by A_k"
        layer = stage.rawValue
        targetClass = "FCD"
        relu = kind == .normalised
        normalised = kind == .normalised
        placement =
            "cell i stands at prepared voxel stride * i, the centre of its receptive field; trilinear between cells at "
            + "the world position of each voxel of the scan; 0 outside the hull of the cell centres"
        units = kind == .raw ? "logit per cell" : "share of the map's own maximum"
        cellSizeMM = cells.spacingMM
        self.cells = cells.shape
        self.memberCount = memberCount
        self.model = model
        caution =
            "Shows what moved the score, at the resolution of its cells. It is no outline of a lesion, and a normalised "
            + "map reaches 1 in a healthy brain too."
    }

    /// Sorted keys, UTF-8.
    package func encoded() throws(ScreeningError) -> [UInt8] {
        do {
            return try StrictJSON.encode(self)
        } catch {
            throw ScreeningError(.trialFailed, "The heat map's sidecar cannot be written: \(error.message).")
        }
    }
}
