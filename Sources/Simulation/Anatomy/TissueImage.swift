internal import Imaging

/// The shares of tissue in every voxel of a grid, in 255ths.
struct TissueImage: Sendable {
    let grid: VoxelGrid
    /// Indexed by `Tissue`.
    var shares: [SIMD8<UInt8>]
    /// 1 inside the brain's outline.
    var brain: [UInt8]

    /// Paints a head without a lesion.
    ///
    /// - Parameters:
    ///   - shell: nil for the brain alone.
    ///   - rim: how far outside the outline a brain alone is cut, mm.
    static func paint(
        _ anatomy: some BrainAnatomy, shell: HeadShell, stripped: Bool, rim: Float, distractors: Distractors,
        grid: VoxelGrid
    ) -> TissueImage {
        let n = grid.shape
        let spacing = grid.spacingMM
        let width = Float((spacing.x + spacing.y + spacing.z) / 3)
        var shares = [SIMD8<UInt8>](repeating: .zero, count: grid.voxelCount)
        var brain = [UInt8](repeating: 0, count: grid.voxelCount)
        let step = SIMD3<Float>(grid.affineRAS.column2)
        anatomy.read { anatomy in
            shell.read { shell in
                shares.withUnsafeMutableBufferPointer { shares in
                    brain.withUnsafeMutableBufferPointer { brain in
                        var at = 0
                        for i in 0..<n.x {
                            for j in 0..<n.y {
                                let row = SIMD3<Float>(grid.affineRAS([Double(i), Double(j), 0]))
                                for k in 0..<n.z {
                                    defer { at += 1 }
                                    let p = row + step * Float(k)
                                    let f = shell.distances(p)
                                    if f.y > width { continue }
                                    if stripped, f.x > rim { continue }
                                    var s = Shares.zero
                                    if f.x > -1, !stripped { shell.lay(&s, p, f, width: width) }
                                    if f.x < 3 {
                                        let inside = stripped ? 1 : share(1 - f.x, over: max(width, 2))
                                        if inside > 0 {
                                            s = s * (1 - inside) + anatomy.shares(p, width: width) * inside
                                        }
                                    }
                                    brain[at] = f.x <= rim ? 1 : 0
                                    shares[at] = s.packed
                                }
                            }
                        }
                    }
                }
            }
        }
        var image = TissueImage(grid: grid, shares: shares, brain: brain)
        distractors.paint(&image)
        return image
    }

    /// Changes the shares of one voxel.
    mutating func change(_ at: Int, _ body: (inout Shares) -> Void) {
        var s = Shares(unpacking: shares[at])
        body(&s)
        shares[at] = s.packed
    }
}
