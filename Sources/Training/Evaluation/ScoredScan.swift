import Imaging
import Screening

/// One scan on its way to a row: what is kept until the masks of all others are known.
struct ScoredScan: Sendable {
    var row: ScanRow
    var logits: [[Double]] = []
    var features: [Double]?
    /// `Figure2.spread` of the map within the brain, or where there is no mask of it within what the plan normalised over.
    var spread: Double?
    /// Offsets of the mask's voxels on the prepared grid; nil without a mask, or where the crop left none.
    var maskVoxels: [Int]?
    private var map: RawMap?
    private var grid: VoxelGrid?
    /// Runs of voxels of the brain on the prepared grid.
    private var brain: [Range<Int>]?

    init(row: ScanRow, logits: [[Double]] = []) {
        self.row = row
        self.logits = logits
    }

    /// Holds map and image against the subject's own mask. Nothing is measured of a subject without one.
    mutating func measure(
        _ found: EnsembleResult, _ prepared: PreparedVolume, scan: VoxelGrid, _ subject: Subject,
        input manifest: ModelManifest
    ) throws(TrainingError) {
        guard let files = subject.scans[row.modality], let path = files.mask else { return }
        let mask = try Self.read(path, "lesion mask", subject)
        let mean = found.meanMap
        let target = prepared.volume.grid
        let region = try brainMask(prepared, files, subject, manifest)
        func score(_ heat: Volume) -> HeatScore { HeatScore.measure(heat: heat, mask: mask, brain: region) }
        let heat = Heatmap.onScan(mean.rectified.volume, scan: target)
        row.heatScore = score(heat)
        row.heatScoreSigned = score(Heatmap.onScan(mean.volume, scan: target))
        row.heatScoreOfImage = score(prepared.volume)
        row.peakDistanceMM = Heatmap.peaks(of: mean, scan: scan, limit: 1).first.flatMap {
            PeakDistance.measure(from: $0.positionRASMM, to: mask)
        }
        let placed = mask.grid == target ? mask : mask.resampled(onto: target, .nearest)
        let inside = placed.voxels.indices.filter { placed.voxels[$0] > 0.5 }
        maskVoxels = inside.isEmpty ? nil : inside
        map = mean
        grid = target
        let head = region.map { $0.grid == target ? $0 : $0.resampled(onto: target, .nearest) }
        brain = head.map { Self.runs(of: $0.voxels) }
        spread = Figure2.spread(of: heat, inside: head ?? Self.foreground(prepared))
    }

    /// Holds the map with ReLU against the place of another subject's lesion on that subject's prepared grid: the crop hangs
    /// from the head, so that equal voxels are about the same place in both heads.
    mutating func measure(otherMask voxels: [Int]) {
        guard let map, let grid else { return }
        let heat = Heatmap.onScan(map.rectified.volume, scan: grid).voxels
        var mask = [Bool](repeating: false, count: heat.count)
        for voxel in voxels { mask[voxel] = true }
        let region = brain.map { runs in
            var region = [Bool](repeating: false, count: heat.count)
            for run in runs { for voxel in run { region[voxel] = true } }
            return region
        }
        row.heatScoreOfOtherMask = HeatScore(
            whole: HeatScore.score(heat, mask: mask),
            brain: region.flatMap { HeatScore.score(heat, mask: mask, region: $0) }, maskVoxels: voxels.count,
            croppedMaskVoxels: 0)
    }

    private func brainMask(
        _ prepared: PreparedVolume, _ files: Subject.Scan, _ subject: Subject, _ manifest: ModelManifest
    ) throws(TrainingError) -> Volume? {
        if let path = files.brain { return try Self.read(path, "brain mask", subject) }
        guard manifest.input == .stripped, manifest.preprocessing.foreground != .whole else { return nil }
        return Self.foreground(prepared)
    }

    private static func foreground(_ prepared: PreparedVolume) -> Volume {
        Volume(grid: prepared.volume.grid, voxels: prepared.volume.voxels.map { $0 == 0 ? 0 : 1 })
    }

    private static func read(_ path: String, _ what: String, _ subject: Subject) throws(TrainingError) -> Volume {
        do {
            return try NIfTIFile.read(path).volume
        } catch {
            throw TrainingError(
                .unreadable, "The \(what) cannot be read: \(error.message)", subject: subject.id, cause: error)
        }
    }

    private static func runs(of voxels: [Float]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for index in 0...voxels.count {
            let isInside = index < voxels.count && voxels[index] > 0.5
            if isInside, start == nil { start = index }
            if !isInside, let first = start {
                runs.append(first..<index)
                start = nil
            }
        }
        return runs
    }
}
