/// The space that a head takes, in the scanner's coordinates, and what is inside.
package struct HeadOutline: Sendable, Hashable {
    package let kind: InputKind
    package let grid: VoxelGrid
    let mask: BinaryMask
    /// Intensities relative to the mean of the brain within 3 cm, which a coil's shading does not change; on a grid of
    /// about 2 mm.
    let relative: Volume
    /// Which of its voxels are brain for certain.
    package let brain: BinaryMask
    /// The middle of the vault, 45 mm below the vertex: the same place whether or not the neck is in the image. RAS mm.
    let middleRAS: SIMD3<Double>
    /// Width and length of the vault, mm.
    let sizeMM: SIMD2<Double>

    /// Half of the vault's height.
    static let middleMM = HeadBox.vaultMM / 2

    /// Voxels to either side over which intensities are averaged: 3 cm in all.
    static let nearby = 7

    /// Depth below the surface at which nothing but brain is left, mm.
    static func brainDepthMM(_ kind: InputKind) -> Double { kind == .fullHead ? 20 : 8 }

    /// Nil where there is no head.
    init?(_ survey: HeadSurvey, kind: InputKind) {
        guard let box = survey.box else { return nil }
        self.kind = kind
        grid = survey.head.image.grid
        mask = survey.head.mask
        // The vault alone: below it lie face and neck, which move on their own.
        let depth = Float(Self.brainDepthMM(kind))
        var brain = BinaryMask(shape: mask.shape, values: [UInt8](repeating: 0, count: mask.values.count))
        for row in 0..<(mask.shape.x * mask.shape.y) {
            for k in box.upperRange where survey.depthMM[row * mask.shape.z + k] > depth {
                brain.values[row * mask.shape.z + k] = 1
            }
        }
        self.brain = brain
        let image = survey.head.image
        let weights = Volume(grid: grid, voxels: brain.values.map { Float($0) })
        let inside = Volume(grid: grid, voxels: zip(image.voxels, brain.values).map { $1 == 0 ? 0 : $0 })
        let sums = zip(inside.voxels, inside.minusLocalMean(radius: Self.nearby)).map { $0 - $1 }
        let shares = zip(weights.voxels, weights.minusLocalMean(radius: Self.nearby)).map { $0 - $1 }
        var relative = image
        for at in relative.voxels.indices {
            relative.voxels[at] = shares[at] > 1e-4 && sums[at] > 0 ? image.voxels[at] * shares[at] / sums[at] : 0
        }
        self.relative = relative
        let z = Double(box.top) - Self.middleMM / grid.spacingMM.z
        middleRAS = grid.affineRAS([box.centre.x, box.centre.y, z])
        sizeMM = [box.sizeMM.x, box.sizeMM.y]
    }

    /// Voxels inside this head, inside the other, and inside both, over the space that both images show.
    func common(with other: HeadOutline) -> (here: Int, there: Int, both: Int) {
        guard let inverse = other.grid.affineRAS.inverse else { return (0, 0, 0) }
        let map = inverse * grid.affineRAS
        let (n, m) = (mask.shape, other.mask.shape)
        var (here, there, both) = (0, 0, 0)
        for i in 0..<n.x {
            for j in 0..<n.y {
                let row = map([Double(i), Double(j), 0])
                for k in 0..<n.z {
                    let p = (row + map.column2 * Double(k)).rounded(.toNearestOrAwayFromZero)
                    guard p.x >= 0, p.y >= 0, p.z >= 0, p.x < Double(m.x), p.y < Double(m.y), p.z < Double(m.z) else {
                        continue
                    }
                    let a = mask[i, j, k]
                    let b = other.mask[Int(p.x), Int(p.y), Int(p.z)]
                    here += a ? 1 : 0
                    there += b ? 1 : 0
                    both += a && b ? 1 : 0
                }
            }
        }
        return (here, there, both)
    }
}
