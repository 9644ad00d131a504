/// Where the brain is in a scan that has been skull-stripped: what differs from the constant background.
///
/// There is no brain mask of a full head here: telling brain from skull reliably needs a trained or atlas-based
/// method, and a poor one would shift every intensity of the scan. A plan that asks for it is refused.
enum BrainMask {
    /// The value that all voxels outside the brain have, and the share of all voxels that have it.
    ///
    /// It is the commonest value on the six outer faces of the image, the smaller of two equally common ones.
    static func background(_ scan: Volume) -> (value: Float, share: Double) {
        let n = scan.shape
        var faces: [Float] = []
        for i in 0..<n.x {
            for j in 0..<n.y {
                let edge = i == 0 || j == 0 || i == n.x - 1 || j == n.y - 1
                if edge {
                    let row = scan.grid.offset(i, j, 0)
                    faces += scan.voxels[row..<(row + n.z)]
                } else {
                    faces.append(scan[i, j, 0])
                    faces.append(scan[i, j, n.z - 1])
                }
            }
        }
        faces.sort()
        var (value, most, run) = (faces[0], 0, 0)
        for at in 0..<faces.count {
            run = at > 0 && faces[at] == faces[at - 1] ? run + 1 : 1
            if run > most { (value, most) = (faces[at], run) }
        }
        let same = scan.voxels.withUnsafeBufferPointer { v in
            var count = 0
            for x in v where x == value { count += 1 }
            return count
        }
        return (value, Double(same) / Double(scan.voxels.count))
    }

    /// The largest connected part that differs from the background, holes filled.
    ///
    /// - Parameter background: as `background(_:)` found it.
    static func make(_ scan: Volume, background: Float) -> BinaryMask {
        BinaryMask(scan) { $0 != background }.largestComponent().holesFilled()
    }
}
