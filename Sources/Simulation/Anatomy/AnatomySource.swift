internal import Imaging

/// What a made-up brain is made of.
package enum AnatomySource: Sendable {
    /// Nothing but a seed.
    case folded
    /// Maps of grey and white matter, bent anew for every subject.
    case maps(TissueMaps)
}

/// Tissue maps that a share of the heads is bent out of; the others are made up.
package struct SharedMaps: Sendable {
    package var maps: TissueMaps
    /// 0…1.
    package var share: Double

    package init(_ maps: TissueMaps, share: Double) { (self.maps, self.share) = (maps, share) }

    func source(seed: UInt64) -> AnatomySource {
        var random = PhantomRandom(seed: seed, part: "source")
        return Double(random.unit()) < share ? .maps(maps) : .folded
    }
}
