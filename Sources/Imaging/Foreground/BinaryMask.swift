/// A set of voxels on a grid of the same storage order as `Volume`: 1 inside, 0 outside.
package struct BinaryMask: Sendable, Hashable {
    package let shape: SIMD3<Int>
    package var values: [UInt8]

    package init(shape: SIMD3<Int>, values: [UInt8]) {
        precondition(values.count == shape.x * shape.y * shape.z, "as many values as the shape has voxels")
        self.shape = shape
        self.values = values
    }

    /// The voxels of a volume that satisfy a condition.
    package init(_ volume: Volume, where isInside: (Float) -> Bool) {
        self.init(shape: volume.shape, values: volume.voxels.map { isInside($0) ? 1 : 0 })
    }

    package var count: Int { values.withUnsafeBufferPointer { $0.reduce(0) { $0 + Int($1) } } }

    package subscript(i: Int, j: Int, k: Int) -> Bool { values[(i * shape.y + j) * shape.z + k] != 0 }

    /// For each axis and each plane across it, the number of voxels inside.
    package var profiles: [[Int]] {
        var along: [[Int]] = [
            [Int](repeating: 0, count: shape.x), [Int](repeating: 0, count: shape.y),
            [Int](repeating: 0, count: shape.z),
        ]
        values.withUnsafeBufferPointer { v in
            var at = 0
            for i in 0..<shape.x {
                for j in 0..<shape.y {
                    var row = 0
                    for k in 0..<shape.z {
                        let inside = Int(v[at])
                        row += inside
                        along[2][k] += inside
                        at += 1
                    }
                    along[0][i] += row
                    along[1][j] += row
                }
            }
        }
        return along
    }

    /// Voxels of which every neighbour across a face is inside too; beyond the border counts as inside.
    package func eroded() -> BinaryMask { step(from: 1) }

    /// The voxels inside and their neighbours across a face.
    package func dilated() -> BinaryMask { step(from: 0) }

    /// Gives every voxel of value `from` that has a neighbour of the other value that other value.
    private func step(from: UInt8) -> BinaryMask {
        let (nx, ny, nz) = (shape.x, shape.y, shape.z)
        let (sx, sy) = (ny * nz, nz)
        var result = self
        values.withUnsafeBufferPointer { v in
            result.values.withUnsafeMutableBufferPointer { out in
                for i in 0..<nx {
                    for j in 0..<ny {
                        let row = (i * ny + j) * nz
                        for at in row..<(row + nz) where v[at] == from {
                            let k = at - row
                            if (k > 0 && v[at - 1] != from) || (k < nz - 1 && v[at + 1] != from)
                                || (j > 0 && v[at - sy] != from) || (j < ny - 1 && v[at + sy] != from)
                                || (i > 0 && v[at - sx] != from) || (i < nx - 1 && v[at + sx] != from)
                            {
                                out[at] = 1 - from
                            }
                        }
                    }
                }
            }
        }
        return result
    }

    /// The largest set of voxels connected across faces; empty where the mask is.
    package func largestComponent() -> BinaryMask {
        let (nx, ny, nz) = (shape.x, shape.y, shape.z)
        var label = [Int32](repeating: 0, count: values.count)
        var best: Int32 = 0
        var bestCount = 0
        var next: Int32 = 0
        var stack: [Int32] = []
        values.withUnsafeBufferPointer { v in
            label.withUnsafeMutableBufferPointer { label in
                for seed in 0..<v.count where v[seed] != 0 && label[seed] == 0 {
                    next += 1
                    label[seed] = next
                    stack.append(Int32(seed))
                    var count = 0
                    while let top = stack.popLast() {
                        count += 1
                        let at = Int(top)
                        let k = at % nz
                        let j = at / nz % ny
                        let i = at / (nz * ny)
                        func visit(_ to: Int) {
                            if v[to] != 0, label[to] == 0 {
                                label[to] = next
                                stack.append(Int32(to))
                            }
                        }
                        if k > 0 { visit(at - 1) }
                        if k < nz - 1 { visit(at + 1) }
                        if j > 0 { visit(at - nz) }
                        if j < ny - 1 { visit(at + nz) }
                        if i > 0 { visit(at - ny * nz) }
                        if i < nx - 1 { visit(at + ny * nz) }
                    }
                    if count > bestCount { (best, bestCount) = (next, count) }
                }
            }
        }
        return BinaryMask(shape: shape, values: label.map { best != 0 && $0 == best ? 1 : 0 })
    }

    /// The mask with every hole filled that is closed within a plane across any of the three axes.
    ///
    /// Plane by plane, because a head's cavities open to the outside somewhere (nostrils, the cut neck).
    package func holesFilled() -> BinaryMask {
        var result = self
        let strides = [shape.y * shape.z, shape.z, 1]
        for axis in 0..<3 {
            let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
            var outside = [UInt8](repeating: 0, count: shape[a] * shape[b])
            for plane in 0..<shape[axis] {
                fillPlane(
                    &result.values, start: plane * strides[axis], size: (shape[a], shape[b]),
                    strides: (strides[a], strides[b]), outside: &outside)
            }
        }
        return result
    }

    private func fillPlane(
        _ into: inout [UInt8], start: Int, size: (Int, Int), strides: (Int, Int), outside: inout [UInt8]
    ) {
        let (rows, columns) = size
        var stack: [Int] = []
        values.withUnsafeBufferPointer { v in
            outside.withUnsafeMutableBufferPointer { out in
                out.update(repeating: 0)
                func visit(_ r: Int, _ c: Int) {
                    if out[r * columns + c] == 0, v[start + r * strides.0 + c * strides.1] == 0 {
                        out[r * columns + c] = 1
                        stack.append(r * columns + c)
                    }
                }
                for r in 0..<rows {
                    visit(r, 0)
                    visit(r, columns - 1)
                }
                for c in 0..<columns {
                    visit(0, c)
                    visit(rows - 1, c)
                }
                while let at = stack.popLast() {
                    let (r, c) = (at / columns, at % columns)
                    if r > 0 { visit(r - 1, c) }
                    if r < rows - 1 { visit(r + 1, c) }
                    if c > 0 { visit(r, c - 1) }
                    if c < columns - 1 { visit(r, c + 1) }
                }
                for r in 0..<rows {
                    for c in 0..<columns where out[r * columns + c] == 0 {
                        into[start + r * strides.0 + c * strides.1] = 1
                    }
                }
            }
        }
    }

    /// Distance in mm of every voxel inside from the nearest voxel outside, 0 outside; the border is no outside.
    ///
    /// Chamfer distance over the 26 neighbours: at most 8 % off the true one.
    package func depthMM(spacingMM: SIMD3<Double>) -> [Float] {
        let (nx, ny, nz) = (shape.x, shape.y, shape.z)
        var depth = values.map { $0 == 0 ? Float(0) : .greatestFiniteMagnitude }
        var neighbours: [(SIMD3<Int>, Float)] = []
        for di in -1...1 {
            for dj in -1...1 {
                for dk in -1...1 where (di, dj, dk) < (0, 0, 0) {
                    let d = SIMD3(Double(di), Double(dj), Double(dk)) * spacingMM
                    neighbours.append(([di, dj, dk], Float((d * d).sum().squareRoot())))
                }
            }
        }
        depth.withUnsafeMutableBufferPointer { d in
            func sweep(_ forward: Bool) {
                for step in 0..<d.count {
                    let at = forward ? step : d.count - 1 - step
                    if d[at] == 0 { continue }
                    let p: SIMD3<Int> = [at / (ny * nz), at / nz % ny, at % nz]
                    for (offset, length) in neighbours {
                        let q = forward ? p &+ offset : p &- offset
                        if q.x < 0 || q.y < 0 || q.z < 0 || q.x >= nx || q.y >= ny || q.z >= nz { continue }
                        let candidate = d[(q.x * ny + q.y) * nz + q.z] + length
                        if candidate < d[at] { d[at] = candidate }
                    }
                }
            }
            sweep(true)
            sweep(false)
        }
        return depth
    }
}
