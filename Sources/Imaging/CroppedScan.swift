/// A scan on the prepared grid with its own intensities: what lies between cropping and normalising.
///
/// Training turns the head here, so that its z-score is made of the turned foreground, as the paper's order has it.
package struct CroppedScan: Sendable {
    /// Intensities as stored, on the plan's grid.
    package var volume: Volume
    /// Which voxels are normalised, on the same grid; nil for every one.
    package var foreground: BinaryMask?
    /// The intensity beyond the scan's end: 0 in a whole head, the background of a stripped scan.
    package var background: Float
    /// Share of the head above the skull base and under the skin (or of the brain) that the crop cut away, 0…1.
    package var cutShare: Double
    /// Measurements beside their limits; a scan with any `.fail` must not be scored.
    package var quality: [QualityNumber]

    package init(
        volume: Volume, foreground: BinaryMask?, background: Float, cutShare: Double = 0,
        quality: [QualityNumber] = []
    ) {
        precondition(foreground == nil || foreground?.shape == volume.shape, "the foreground has the volume's shape")
        self.volume = volume
        self.foreground = foreground
        self.background = background
        self.cutShare = cutShare
        self.quality = quality
    }

    /// The network's input: mean 0 and standard deviation 1 over the foreground, exactly 0 beside it.
    ///
    /// - Throws: `FOREGROUND_EMPTY`
    package func normalised() throws(ImagingError) -> PreparedVolume {
        let mask = foreground?.values
        let (mean, sd) = try ZScore.statistics(volume, mask: mask)
        return PreparedVolume(
            volume: ZScore.apply(volume, mask: mask, mean: mean, sd: sd), foregroundMean: mean, foregroundSD: sd,
            cutShare: cutShare, quality: quality)
    }
}
