/// How a value between voxel centres is made.
package enum Interpolation: String, Sendable, Codable, CaseIterable {
    /// Trilinear.
    case linear
    /// The nearest voxel; for masks and labels.
    case nearest
}

extension Volume {
    /// How far outside the outermost voxel centres, in voxels, a position may lie through rounding and still count as
    /// on the edge. World coordinates are below 10⁴ mm, so that double precision leaves 10⁻¹¹.
    package static let edgeTolerance = 1e-6

    /// This image on another grid: each of its voxels takes the value found at its place in the world.
    ///
    /// A place beyond the outermost voxel centres has the value `outside`, without blending. No smoothing comes before:
    /// where the new grid is coarser than this one, detail finer than it is aliased.
    package func resampled(onto target: VoxelGrid, _ interpolation: Interpolation, outside: Float = 0) -> Volume {
        guard let inverse = grid.affineRAS.inverse else {
            preconditionFailure("a volume's affine is invertible")
        }
        return resampled(shape: target.shape, map: inverse * target.affineRAS, interpolation, outside: outside)
            .placed(on: target)
    }

    /// This image seen through a map from voxels of the new image to voxels of this one: the form that rotations about
    /// a centre take. The result's grid is this image's affine after the map.
    package func resampled(
        shape n: SIMD3<Int>, map: Affine, _ interpolation: Interpolation, outside: Float = 0
    ) -> Volume {
        let sampler = Sampler(shape: shape, outside: outside)
        let values = voxels.withUnsafeBufferPointer { source in
            [Float](unsafeUninitializedCapacity: n.x * n.y * n.z) { out, count in
                var at = 0
                for i in 0..<n.x {
                    for j in 0..<n.y {
                        let row = map([Double(i), Double(j), 0])
                        for k in 0..<n.z {
                            let p = row + map.column2 * Double(k)
                            out[at] =
                                interpolation == .linear ? sampler.linear(source, p) : sampler.nearest(source, p)
                            at += 1
                        }
                    }
                }
                count = at
            }
        }
        return Volume(grid: VoxelGrid(shape: n, affineRAS: grid.affineRAS * map), voxels: values)
    }

    /// The trilinear value at a position in voxel coordinates, `outside` beyond the outermost voxel centres.
    package func sample(atVoxel p: SIMD3<Double>, outside: Float) -> Float {
        voxels.withUnsafeBufferPointer { Sampler(shape: shape, outside: outside).linear($0, p) }
    }

    /// The same voxels with the grid spelt exactly as given, free of the rounding of two products.
    private func placed(on grid: VoxelGrid) -> Volume { Volume(grid: grid, voxels: voxels) }
}

/// Reads one value between voxels.
struct Sampler {
    private let shape: SIMD3<Int>
    private let strides: SIMD3<Int>
    private let last: SIMD3<Double>
    private let outside: Float

    init(shape: SIMD3<Int>, outside: Float) {
        self.shape = shape
        self.strides = [shape.y * shape.z, shape.z, 1]
        self.last = [Double(shape.x - 1), Double(shape.y - 1), Double(shape.z - 1)]
        self.outside = outside
    }

    @inline(__always)
    private func clamped(_ p: SIMD3<Double>) -> SIMD3<Double>? {
        let tolerance = Volume.edgeTolerance
        guard p.x >= -tolerance, p.y >= -tolerance, p.z >= -tolerance,
            p.x <= last.x + tolerance, p.y <= last.y + tolerance, p.z <= last.z + tolerance
        else { return nil }
        return p.clamped(lowerBound: .zero, upperBound: last)
    }

    @inline(__always)
    func linear(_ v: UnsafeBufferPointer<Float>, _ position: SIMD3<Double>) -> Float {
        guard let p = clamped(position) else { return outside }
        // The lower corner; on the far edge there is no upper neighbour, and its weight would be 0.
        let (i, j, k) = (Int(p.x), Int(p.y), Int(p.z))
        let (u, w, t) = (Float(p.x - Double(i)), Float(p.y - Double(j)), Float(p.z - Double(k)))
        let at = i * strides.x + j * strides.y + k
        let di = i < shape.x - 1 ? strides.x : 0
        let dj = j < shape.y - 1 ? strides.y : 0
        let dk = k < shape.z - 1 ? 1 : 0
        let c00 = v[at] + t * (v[at + dk] - v[at])
        let c01 = v[at + dj] + t * (v[at + dj + dk] - v[at + dj])
        let c10 = v[at + di] + t * (v[at + di + dk] - v[at + di])
        let c11 = v[at + di + dj] + t * (v[at + di + dj + dk] - v[at + di + dj])
        let c0 = c00 + w * (c01 - c00)
        let c1 = c10 + w * (c11 - c10)
        return c0 + u * (c1 - c0)
    }

    @inline(__always)
    func nearest(_ v: UnsafeBufferPointer<Float>, _ position: SIMD3<Double>) -> Float {
        nearestOffset(position).map { v[$0] } ?? outside
    }

    /// Where in the storage the nearest voxel is; nil beyond the outermost voxel centres.
    @inline(__always)
    func nearestOffset(_ position: SIMD3<Double>) -> Int? {
        guard let p = clamped(position) else { return nil }
        let q = (p + 0.5).rounded(.down)
        return Int(min(q.x, last.x)) * strides.x + Int(min(q.y, last.y)) * strides.y + Int(min(q.z, last.z))
    }
}
