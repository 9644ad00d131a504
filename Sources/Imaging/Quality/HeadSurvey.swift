/// A scan turned upright, the head found in it, and how deep each voxel of the head lies: what every measurement needs.
struct HeadSurvey: Sendable {
    /// In canonical orientation; averaged to about 1 mm where the voxels are finer than that.
    let scan: Volume
    /// On a grid of about 2 mm.
    let head: HeadMask
    /// Distance from the surface, mm, on the grid of `head.mask`; 0 outside.
    let depthMM: [Float]
    /// Nil where no head was found.
    let box: HeadBox?
    /// The commonest value on the faces of the image, and the share of all voxels that have it.
    let background: (value: Float, share: Double)
    /// The coarse image minus its mean over about 1 cm.
    let detail: [Float]

    /// Voxels this fine are averaged before anything is measured, so that noise means the same in every scan.
    static let finestVoxelMM = 0.7

    init(_ scan: Volume) {
        let canonical = scan.canonicalRAS()
        background = BrainMask.background(canonical)
        let isFine = canonical.grid.spacingMM.max() <= Self.finestVoxelMM
        self.scan = isFine ? canonical.reduced(toVoxelMM: 1).volume : canonical
        head = HeadMask(canonical)
        let spacing = head.image.grid.spacingMM
        depthMM = head.mask.depthMM(spacingMM: spacing)
        box = HeadBox(head.mask, spacingMM: spacing)
        // What differs from the mean over about 1 cm is detail; the mean itself bears a tilted head's asymmetry.
        detail = head.image.minusLocalMean(radius: 2)
    }
}
