/// How heads differ from each other; every range is drawn from evenly unless it says otherwise.
package struct AnatomyPlan: Codable, Sendable, Hashable {
    /// Size of the brain relative to an adult's mean, and how width, length and height differ from it.
    package var size: ClosedRange<Double> = 0.92...1.03
    package var stretch: ClosedRange<Double> = 0.97...1.03
    /// Thickness of the cortex, mm; within one brain it wanders over most of this range.
    package var cortexMM: ClosedRange<Double> = 2...3.1
    /// Width of the transition from grey to white matter, mm.
    package var junctionMM: ClosedRange<Double> = 0.6...1.8
    /// From the middle of one sulcus to that of the next, mm: half a wavelength.
    package var sulcusSpacingMM: ClosedRange<Double> = 12...15
    /// Depth of sulci below the hull, mm.
    package var sulcusDepthMM: ClosedRange<Double> = 10...31
    /// Width of sulci, mm; most are near the lower end.
    package var sulcusWidthMM: ClosedRange<Double> = 0.5...3
    /// Size of the ventricles relative to the mean.
    package var ventricles: ClosedRange<Double> = 0.55...1.15
    /// White-matter spots that are bright on FLAIR: how many at most, and radius, mm, most near the lower end.
    package var spots: Int = 9
    package var spotMM: ClosedRange<Double> = 0.8...2.6
    /// Fluid-filled spaces along vessels: how many at most.
    package var perivascularSpaces: Int = 24
    /// Warps of given tissue maps: amplitude of the coarse (40 mm) and of the fine (15 mm) displacement, mm.
    package var coarseWarpMM: ClosedRange<Double> = 1.6...2.8
    package var fineWarpMM: ClosedRange<Double> = 0.6...1.2
    /// Distance between the nodes of the lattice on which folds are laid out, mm.
    package var latticeMM: Double = 2

    package init() {}
}
