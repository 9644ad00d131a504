internal import Imaging

/// One made-up person: a brain and head of their own, and a place where a dysplasia is or might be.
package struct SimulatedSubject: Sendable {
    package let seed: UInt64
    let head: Head
    private let lesion: LesionField?

    /// Either kind of brain with what belongs to it.
    enum Head: Sendable {
        case folded(FoldedBrain, HeadShell, Distractors)
        case mapped(MappedBrain, HeadShell, Distractors)
    }

    /// - Parameter lesion: nil for a person without any.
    package init(
        seed: UInt64, anatomy: AnatomySource = .folded, plan: AnatomyPlan = AnatomyPlan(),
        lesion: LesionPlan? = LesionPlan()
    ) {
        self.seed = seed
        switch anatomy {
        case .folded:
            let brain = FoldedBrain(plan, seed: seed)
            head = .folded(brain, HeadShell(brain, seed: seed), Distractors(brain, plan, seed: seed))
            self.lesion = lesion.map { LesionField(brain, $0, seed: seed) }
        case .maps(let maps):
            let brain = MappedBrain(maps, plan, seed: seed)
            head = .mapped(brain, HeadShell(brain, seed: seed), Distractors(brain, plan, seed: seed))
            self.lesion = lesion.map { LesionField(brain, $0, seed: seed) }
        }
    }

    /// How conspicuous the lesion is at an amplitude of 1; nil where there is none.
    package var severity: Double? { lesion.map { Double($0.severity) } }
    /// Where its middle is, RAS mm.
    package var lesionCentre: SIMD3<Double>? { lesion.map { SIMD3<Double>($0.centre) } }

    /// Both images and the truth.
    ///
    /// - Parameter amplitude: 1 for the lesion as drawn, 0 for the same person without it: the same code, the same
    ///   random draws, the same noise; the mask is then where it would have been.
    package func scan(_ pair: AcquisitionPair, amplitude: Double = 1) -> SimulatedHead {
        let first = tissue(pair.t1w.grid, pair, amplitude)
        let second = pair.flair.grid == pair.t1w.grid ? first : tissue(pair.flair.grid, pair, amplitude)
        let grid = pair.flair.grid
        let mask = lesion?.mask(second) ?? [Float](repeating: 0, count: grid.voxelCount)
        let spacing = grid.spacingMM
        let count = mask.withUnsafeBufferPointer { $0.reduce(0) { $0 + Int($1) } }
        return SimulatedHead(
            t1w: Scanner.image(first, pair.t1w, stripped: pair.stripped),
            flair: Scanner.image(second, pair.flair, stripped: pair.stripped),
            lesion: Volume(grid: grid, voxels: mask),
            brain: Volume(grid: grid, voxels: second.brain.map { Float($0) }),
            lesionMillilitres: Double(count) * spacing.x * spacing.y * spacing.z / 1000)
    }

    /// 1 inside the lesion; nil where there is none.
    func lesionMask(_ tissue: TissueImage) -> [Float]? { lesion?.mask(tissue) }

    func tissue(_ grid: VoxelGrid, _ pair: AcquisitionPair, _ amplitude: Double) -> TissueImage {
        tissues(grid, pair, amplitudes: [amplitude])[0]
    }

    /// The same head at several amplitudes, painted once but for the lesion.
    func tissues(_ grid: VoxelGrid, _ pair: AcquisitionPair, amplitudes: [Double]) -> [TissueImage] {
        let bare = bareTissue(grid, pair)
        return amplitudes.map { amplitude in
            var image = bare
            lesion?.paint(&image, amplitude: Float(amplitude))
            return image
        }
    }

    private func bareTissue(_ grid: VoxelGrid, _ pair: AcquisitionPair) -> TissueImage {
        func paint(_ brain: some BrainAnatomy, _ shell: HeadShell, _ distractors: Distractors) -> TissueImage {
            TissueImage.paint(
                brain, shell: shell, stripped: pair.stripped, rim: Float(pair.rimMM), distractors: distractors,
                grid: grid)
        }
        switch head {
        case .folded(let brain, let shell, let distractors): return paint(brain, shell, distractors)
        case .mapped(let brain, let shell, let distractors): return paint(brain, shell, distractors)
        }
    }
}
