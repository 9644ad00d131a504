/// What share of each label the neighbourhood of every cell of the last stage holds: a soft truth.
package struct CellLabels: Sendable {
    package let classes: Int
    /// (cells, classes), class 0 being what has no label.
    package let shares: [Float]
    package var cells: Int { shares.count / classes }

    /// Whether any cell has some of a label.
    func holds(_ label: Int) -> Bool { (0..<cells).contains { shares[$0 * classes + label] > 0 } }

    /// - Parameters:
    ///   - labels: of every voxel, (x, y, z) in C order.
    ///   - stride: voxels from one cell's middle to the next; cell i looks at voxel stride · i and around it.
    package init(
        _ labels: UnsafePointer<UInt8>, shape n: SIMD3<Int>, cells m: SIMD3<Int>, stride: SIMD3<Int>, classes: Int
    ) {
        self.classes = classes
        var shares = [Float](repeating: 0, count: m.x * m.y * m.z * classes)
        func cell(_ voxel: Int, _ stride: Int, _ count: Int) -> Int { min((voxel + stride / 2) / stride, count - 1) }
        shares.withUnsafeMutableBufferPointer { shares in
            var at = 0
            for i in 0..<n.x {
                let a = cell(i, stride.x, m.x)
                for j in 0..<n.y {
                    let row = (a * m.y + cell(j, stride.y, m.y)) * m.z
                    for k in 0..<n.z {
                        shares[(row + cell(k, stride.z, m.z)) * classes + min(Int(labels[at]), classes - 1)] += 1
                        at += 1
                    }
                }
            }
            for cell in 0..<(m.x * m.y * m.z) {
                var sum: Float = 0
                for k in 0..<classes { sum += shares[cell * classes + k] }
                if sum == 0 {
                    shares[cell * classes] = 1
                } else {
                    for k in 0..<classes { shares[cell * classes + k] /= sum }
                }
            }
        }
        self.shares = shares
    }
}
