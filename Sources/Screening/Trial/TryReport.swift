package import Imaging

/// What `models try --json` prints: every number of one scoring and the files it was made through.
package struct TryReport: Codable, Sendable {
    package var model: ModelIdentity
    package var modality: Modality
    /// One entry per network, in the manifest's order.
    package var members: [Member]
    package var score: ModalityScore
    package var heatmap: HeatmapSummary
    package var quality: [QualityNumber]
    /// The network's input on the prepared grid, float32.
    package var prepared: String
    /// The members' mean raw map on the scan's grid, signed, as computed.
    package var overlay: String
    package var overlayNormalised: String
    package var sidecar: String

    /// One network's answer and its map's file.
    package struct Member: Codable, Sendable {
        package var file: String
        package var sha256: String
        package var fold: Int?
        /// (control, FCD)
        package var logits: [Double]
        /// Calibrated softmax of FCD.
        package var score: Double
        /// `member-K_raw.nii.gz`, K from 1: the map on its own grid.
        package var rawMap: String
    }

    /// Sorted keys, UTF-8, one final line feed.
    package func encoded() throws(ScreeningError) -> [UInt8] {
        do {
            return try StrictJSON.encode(self)
        } catch {
            throw ScreeningError(.trialFailed, "The report cannot be written: \(error.message).")
        }
    }
}
