/// A brain of which the shares of tissue can be told at any place.
protocol BrainAnatomy: Sendable {
    associatedtype Reader: BrainReader
    /// Calls with what answers fast.
    func read<Result>(_ body: (Reader) -> Result) -> Result
    /// Distance from the brain's smooth outline, mm, negative inside: fissures and sulci count as inside.
    func outline(_ p: SIMD3<Float>) -> Float
    /// How the head around it is stretched.
    var stretch: SIMD3<Float> { get }
}

protocol BrainReader {
    /// Fluid, cortex, nuclei, white matter, summing to 1; outside the brain all is fluid.
    ///
    /// - Parameters:
    ///   - p: RAS mm, the brain's middle at 0.
    ///   - width: of a voxel, mm.
    func shares(_ p: SIMD3<Float>, width: Float) -> Shares
    /// Whether a place belongs to the cerebrum rather than to cerebellum and brain stem.
    func isCerebrum(_ p: SIMD3<Float>) -> Bool
}
