/// The space that a head takes, in the scanner's coordinates.
package struct HeadOutline: Sendable, Hashable {
    package let kind: InputKind
    let grid: VoxelGrid
    let mask: BinaryMask
    /// The middle of the vault, 45 mm below the vertex: the same place whether or not the neck is in the image. RAS mm.
    let middleRAS: SIMD3<Double>
    /// Width and length of the vault, mm.
    let sizeMM: SIMD2<Double>

    /// Half of the vault's height.
    static let middleMM = HeadBox.vaultMM / 2

    /// Nil where there is no head.
    init?(_ survey: HeadSurvey, kind: InputKind) {
        guard let box = survey.box else { return nil }
        self.kind = kind
        grid = survey.head.image.grid
        mask = survey.head.mask
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
