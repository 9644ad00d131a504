import Glibc
package import Imaging

/// Scores one scan with one bundle and leaves every intermediate on disk, for an outsider to check.
package enum ModelTrial {
    /// Runs a bundle on a scan.
    ///
    /// Writes into `outputDirectory`, which is made where it is missing:
    /// - `prepared.nii.gz`: the network's input, float32, on the prepared grid;
    /// - `member-K_raw.nii.gz`, K from 1 in the manifest's order: the signed map on its own grid, each cell at
    ///   the centre of its receptive field;
    /// - `overlay.nii.gz`: the mean of those maps, signed, trilinear, on the scan's own grid with its own affine;
    /// - `overlay_normalised.nii.gz`: the same with ReLU on the cells and min-max to 0…1;
    /// - `overlay.json`: what the overlay is and how it was placed.
    /// - Throws: the bundle's and the ensemble's codes; `TRIAL_FAILED` with the imaging error as its cause.
    package static func run(
        _ bundle: ModelBundle, scan: Volume, outputDirectory: String, threads: Int,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(ScreeningError) -> TryReport {
        let manifest = bundle.manifest
        let prepared = try imaging { () throws(ImagingError) in
            try manifest.preprocessing.prepare(scan, input: manifest.input)
        }
        let result = try Ensemble.score(prepared, with: bundle, threads: threads, progress: progress)
        let report = TryReport(
            model: bundle.identity, modality: manifest.modality,
            members: result.score.members.enumerated().map { k, member in
                TryReport.Member(
                    file: member.file, sha256: member.sha256, fold: member.fold, logits: member.logits,
                    score: member.score, rawMap: "member-\(k + 1)_raw.nii.gz")
            },
            score: result.score,
            heatmap: Heatmap.summary(mean: result.meanMap, members: result.maps, scan: scan.grid),
            quality: prepared.quality, prepared: "prepared.nii.gz", overlay: "overlay.nii.gz",
            overlayNormalised: "overlay_normalised.nii.gz", sidecar: "overlay.json")
        try write(report, result, prepared: prepared.volume, scan: scan.grid, to: outputDirectory, threads: threads)
        return report
    }

    private static func write(
        _ report: TryReport, _ result: EnsembleResult, prepared: Volume, scan: VoxelGrid, to directory: String,
        threads: Int
    ) throws(ScreeningError) {
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
            throw ScreeningError(.trialFailed, "The output folder cannot be made; check its parent and rights.")
        }
        let mean = result.meanMap
        // Each is made when it is its turn: maps on the scan are large.
        var files: [(name: String, volume: () -> Volume)] = [
            (report.prepared, { prepared }),
            (report.overlay, { Heatmap.onScan(mean.volume, scan: scan) }),
            (report.overlayNormalised, { Heatmap.normalisedOnScan(mean, scan: scan) }),
        ]
        files += zip(report.members, result.maps).map { member, map in (member.rawMap, { map.volume }) }
        _ = try Parallel.tryMap(files.count, threads: threads) { index throws(ScreeningError) in
            try imaging { () throws(ImagingError) in
                try NIfTIFile.write(files[index].volume(), to: directory + "/" + files[index].name, threads: threads)
            }
        }
        let sidecar = HeatmapSidecar(
            .raw, cells: mean.volume.grid, stage: mean.stage, memberCount: result.maps.count, model: report.model)
        let path = directory + "/" + report.sidecar
        let bytes = try sidecar.encoded()
        do {
            try RegularFile.replace(path, bytes)
        } catch {
            throw ScreeningError(
                .trialFailed, "The sidecar cannot be written (\(error)); check rights and free space.",
                subject: report.sidecar, cause: error)
        }
    }

    private static func imaging<T>(_ step: () throws(ImagingError) -> T) throws(ScreeningError) -> T {
        do {
            return try step()
        } catch {
            throw ScreeningError(.trialFailed, error.message, subject: error.code.rawValue, cause: error)
        }
    }
}
