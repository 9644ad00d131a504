package import Imaging

/// How one image of a head is taken.
package struct Acquisition: Codable, Sendable, Hashable {
    package var grid: VoxelGrid
    package var contrast: TissueContrast
    /// Standard deviation of the noise in each channel, relative to the brightest of grey and white matter.
    package var noise: Double
    /// Largest departure of the coil's sensitivity from its mean, relative.
    package var shading: Double
    /// Full width at half maximum of the blur that comes on top of the voxels' size, in voxels.
    package var blurVoxels: Double
    /// Strength of the ghost along axis 1, relative.
    package var ghost: Double
    /// Stored value of the brightest of grey and white matter.
    package var scale: Double
    /// Draws shading and noise.
    package var seed: UInt64

    package init(
        grid: VoxelGrid, contrast: TissueContrast, noise: Double = 0.03, shading: Double = 0.15,
        blurVoxels: Double = 0.8, ghost: Double = 0, scale: Double = 600, seed: UInt64 = 1
    ) {
        self.grid = grid
        self.contrast = contrast
        self.noise = noise
        self.shading = shading
        self.blurVoxels = blurVoxels
        self.ghost = ghost
        self.scale = scale
        self.seed = seed
    }
}

/// The two images of one examination.
package struct AcquisitionPair: Codable, Sendable, Hashable {
    package var t1w: Acquisition
    package var flair: Acquisition
    /// True for brains alone on a background of 0.
    package var stripped: Bool
    /// How far outside the brain's outline a stripped brain is cut, mm.
    package var rimMM: Double
    /// What goes into `acq-` of the two files' names.
    package var t1wName: String
    package var flairName: String

    package init(
        t1w: Acquisition, flair: Acquisition, stripped: Bool = false, rimMM: Double = 0.5, t1wName: String = "sim",
        flairName: String = "sim"
    ) {
        self.t1w = t1w
        self.flair = flair
        self.stripped = stripped
        self.rimMM = rimMM
        self.t1wName = t1wName
        self.flairName = flairName
    }
}
