/// A scan as a network takes it.
package struct PreparedVolume: Sendable {
    /// Normalised voxels; `volume.grid.affineRAS` maps prepared voxels to the scanner's RAS mm.
    package var volume: Volume
    /// Mean and population standard deviation of the foreground's intensities before normalisation.
    package var foregroundMean: Double
    package var foregroundSD: Double
    /// Share of the head above the skull base and under the skin (or of the brain) that the crop cut away, 0…1.
    package var cutShare: Double
    /// Measurements beside their limits; a scan with any `.fail` must not be scored.
    package var quality: [QualityNumber]

    package init(
        volume: Volume, foregroundMean: Double, foregroundSD: Double, cutShare: Double, quality: [QualityNumber]
    ) {
        self.volume = volume
        self.foregroundMean = foregroundMean
        self.foregroundSD = foregroundSD
        self.cutShare = cutShare
        self.quality = quality
    }
}
