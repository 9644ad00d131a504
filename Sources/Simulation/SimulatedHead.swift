package import Imaging

/// One made-up person as the scanner saw them in two contrasts, and the truth beside it.
package struct SimulatedHead: Sendable {
    /// Whole, non-negative intensities, as a scanner stores them.
    package var t1w: Volume
    package var flair: Volume
    /// 1 inside the lesion on the FLAIR's grid, 0 elsewhere; a control's is where the lesion would have been.
    package var lesion: Volume
    /// 1 inside the brain, on the FLAIR's grid.
    package var brain: Volume
    /// Volume of the lesion.
    package var lesionMillilitres: Double

    package init(t1w: Volume, flair: Volume, lesion: Volume, brain: Volume, lesionMillilitres: Double) {
        self.t1w = t1w
        self.flair = flair
        self.lesion = lesion
        self.brain = brain
        self.lesionMillilitres = lesionMillilitres
    }
}
