import Imaging
import Reporting
import Screening

/// What the flow has found for one modality so far.
struct ScreenedModality {
    let modality: Modality
    var image: StudyImage?
    /// Set where there is no score.
    var reason: Reason?
    var scan: Volume?
    var gate: GateAnswer?
    var model: ModelIdentity?
    /// The model that may score it.
    var bundle: ModelBundle?
    /// The network's input; given up when the members have run.
    var prepared: PreparedVolume?
    /// What the members said.
    var found: EnsembleResult?
    var quality: [QualityNumber] = []
    var score: ModalityScore?
    var heatmap: HeatmapSummary?
    /// The mean of the members' maps, in their cells.
    var map: RawMap?
    /// Mean of the members' signed maps, on the scan's own grid.
    var heat: Volume?
    /// The mean map without its negative part, on the scan's own grid: what the page draws. Nil where it is flat.
    var pageHeat: Volume?
    /// The same stretched to 0…1.
    var normalisedHeat: Volume?

    init(modality: Modality, image: StudyImage) {
        self.modality = modality
        self.image = image
    }

    init(missing modality: Modality, because reason: Reason?) {
        self.modality = modality
        self.reason = reason ?? WatchError.Code.missingImage.reason
    }

    var status: ModalityResult.Status {
        if score != nil { return .scored }
        return image == nil ? .missing : .notAssessable
    }

    /// Geometry and physics, for the result.
    private var acquisition: Screening.Acquisition? {
        guard let scan, let image else { return nil }
        return image.acquisition(on: scan.grid)
    }

    /// True where the gate let the image through.
    var isAdmitted: Bool { gate != nil && gate?.reason == nil }

    mutating func note(_ gate: GateAnswer) {
        self.gate = gate
        quality += gate.quality
        reason = gate.reason
    }

    /// Brings the members' maps onto the scan and says where they point.
    mutating func explain(_ found: EnsembleResult, on scan: VoxelGrid) {
        let mean = found.meanMap
        score = found.score
        map = mean
        let summary = Heatmap.summary(mean: mean, members: found.maps, scan: scan)
        heatmap = summary
        heat = Heatmap.onScan(mean.volume, scan: scan)
        let positive = mean.rectified.volume
        if Heatmap.isFlat(positive.voxels) {
            normalisedHeat = Volume(grid: scan)
        } else {
            let placed = Heatmap.onScan(positive, scan: scan)
            pageHeat = summary.peaks.isEmpty ? nil : placed
            normalisedHeat = Heatmap.normalised(placed)
        }
    }

    /// The result without its output files, which are known once they are written.
    func result(outputs: [OutputFile]) -> ModalityResult {
        ModalityResult(
            modality: modality, status: status, reason: score == nil ? reason : nil, score: score, model: model,
            heatmap: heatmap, acquisition: acquisition,
            quality: quality, inputSHA256: image?.files.map(\.sha256) ?? [], outputs: outputs)
    }
}
