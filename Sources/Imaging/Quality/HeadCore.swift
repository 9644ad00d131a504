/// The inside of a head's vault: brain, for the most part, whether the scan is stripped or not.
///
/// A coarse set of cells, each of which stands for `factor` voxels of the scan along each axis.
struct HeadCore: Sendable {
    /// On the grid of the survey's coarse mask.
    let cells: BinaryMask
    /// Voxels of the scan per cell.
    let factor: SIMD3<Int>
    let scan: Volume

    /// - Parameter depthMM: how far below the surface it begins.
    init?(_ survey: HeadSurvey, depthMM: Double) {
        guard let box = survey.box else { return nil }
        let mask = survey.head.mask
        var cells = BinaryMask(shape: mask.shape, values: [UInt8](repeating: 0, count: mask.values.count))
        for row in 0..<(mask.shape.x * mask.shape.y) {
            for k in box.upperRange where survey.depthMM[row * mask.shape.z + k] > Float(depthMM) {
                cells.values[row * mask.shape.z + k] = 1
            }
        }
        guard cells.count >= 1000 else { return nil }
        self.cells = cells
        scan = survey.scan
        let n = scan.shape
        factor = [
            max(1, n.x / mask.shape.x), max(1, n.y / mask.shape.y), max(1, n.z / mask.shape.z),
        ]
    }

    /// Calls `body` with the place of the first voxel of each cell.
    @inline(__always)
    func forEachCell(_ body: (SIMD3<Int>) -> Void) {
        let n = cells.shape
        cells.values.withUnsafeBufferPointer { c in
            for i in 0..<n.x {
                for j in 0..<n.y {
                    let row = (i * n.y + j) * n.z
                    for k in 0..<n.z where c[row + k] != 0 {
                        body([i * factor.x, j * factor.y, k * factor.z])
                    }
                }
            }
        }
    }

    /// True where a voxel of the scan lies in one of the cells.
    @inline(__always)
    func contains(_ p: SIMD3<Int>) -> Bool {
        let (i, j, k) = (p.x / factor.x, p.y / factor.y, p.z / factor.z)
        let n = cells.shape
        return p.x >= 0 && p.y >= 0 && p.z >= 0 && i < n.x && j < n.y && k < n.z && cells[i, j, k]
    }
}
