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
    ///
    /// Works on runs of voxels along the contiguous axis: runs of neighbouring rows that touch are joined in a forest.
    package func largestComponent() -> BinaryMask {
        let (nx, ny, nz) = (shape.x, shape.y, shape.z)
        var runs: [(start: Int32, end: Int32)] = []
        var firstRun = [Int](repeating: 0, count: nx * ny + 1)
        var parent: [Int32] = []
        func root(_ run: Int32) -> Int32 {
            var at = run
            while parent[Int(at)] != at {
                parent[Int(at)] = parent[Int(parent[Int(at)])]
                at = parent[Int(at)]
            }
            return at
        }
        values.withUnsafeBufferPointer { v in
            for row in 0..<(nx * ny) {
                firstRun[row] = runs.count
                var k = 0
                while k < nz {
                    if v[row * nz + k] == 0 {
                        k += 1
                        continue
                    }
                    let start = k
                    while k < nz, v[row * nz + k] != 0 { k += 1 }
                    parent.append(Int32(runs.count))
                    runs.append((Int32(start), Int32(k)))
                }
                for neighbour in [row % ny > 0 ? row - 1 : -1, row - ny] where neighbour >= 0 {
                    var (a, b) = (firstRun[row], firstRun[neighbour])
                    let endB = neighbour + 1 == row ? firstRun[row] : firstRun[neighbour + 1]
                    while a < runs.count, b < endB {
                        if runs[a].start < runs[b].end, runs[b].start < runs[a].end {
                            let (ra, rb) = (root(Int32(a)), root(Int32(b)))
                            if ra != rb { parent[Int(max(ra, rb))] = min(ra, rb) }
                        }
                        if runs[a].end < runs[b].end { a += 1 } else { b += 1 }
                    }
                }
            }
        }
        firstRun[nx * ny] = runs.count
        var sizes = [Int](repeating: 0, count: runs.count)
        for run in runs.indices { sizes[Int(root(Int32(run)))] += Int(runs[run].end - runs[run].start) }
        var result = BinaryMask(shape: shape, values: [UInt8](repeating: 0, count: values.count))
        guard let largest = sizes.indices.max(by: { (sizes[$0], $1) < (sizes[$1], $0) }) else { return result }
        for row in 0..<(nx * ny) {
            for run in firstRun[row]..<firstRun[row + 1] where Int(root(Int32(run))) == largest {
                for k in runs[run].start..<runs[run].end { result.values[row * nz + Int(k)] = 1 }
            }
        }
        return result
    }

    /// The mask with every hole filled that is closed within a plane across any of the three axes.
    ///
    /// Plane by plane, because a head's cavities open to the outside somewhere (nostrils, the cut neck).
    package func holesFilled() -> BinaryMask {
        var result = self
        let strides = [shape.y * shape.z, shape.z, 1]
        let planes = profiles
        for axis in 0..<3 {
            let (a, b) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
            // Beyond the mask's box all is outside, so that only the box, one voxel wider, is looked at.
            guard let boxA = Self.box(planes[a]), let boxB = Self.box(planes[b]) else { return self }
            var filler = PlaneFiller(rows: boxA, columns: boxB)
            for plane in 0..<shape[axis] where planes[axis][plane] > 0 {
                filler.fill(
                    values, &result.values, start: plane * strides[axis], rowStride: strides[a],
                    columnStride: strides[b])
            }
        }
        return result
    }

    private static func box(_ profile: [Int]) -> ClosedRange<Int>? {
        guard let first = profile.firstIndex(where: { $0 > 0 }), let last = profile.lastIndex(where: { $0 > 0 }) else {
            return nil
        }
        return max(0, first - 1)...min(profile.count - 1, last + 1)
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
