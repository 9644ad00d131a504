/// What an ensemble says about one image.
package struct EnsembleResult: Sendable {
    package var score: ModalityScore
    /// The raw map of each member, in the order of `score.members`.
    package var maps: [RawMap]

    package init(score: ModalityScore, maps: [RawMap]) {
        precondition(score.members.count == maps.count, "one map per member")
        self.score = score
        self.maps = maps
    }

    /// The mean of the members' maps: what overlays and peaks are made of.
    package var meanMap: RawMap { RawMap.mean(of: maps) }
}
