/// Where the head is in a scan in canonical orientation, holes filled: skin and all that it encloses.
///
/// Found on an image reduced to about 2 mm, whose noise is a third of the scan's: two rounds of Otsu's threshold (the
/// first parts bright tissue from the rest, the second, among the rest, dim tissue from air), opening by one voxel
/// against ghosts and headphones, the largest connected part, holes filled plane by plane.
struct HeadMask: Sendable {
    static let workingVoxelMM = 2.0

    /// The reduced image and the mask on its grid.
    let image: Volume
    let mask: BinaryMask
    /// Voxels of the scan per voxel of the reduced image.
    let factor: SIMD3<Int>
    /// Intensity that parts air from tissue.
    let threshold: Float

    /// - Parameter scan: in canonical orientation.
    init(_ scan: Volume) {
        let (image, factor) = scan.reduced(toVoxelMM: Self.workingVoxelMM)
        self.image = image
        self.factor = factor
        threshold = Self.airThreshold(image.voxels)
        let limit = threshold
        let raw = BinaryMask(image) { $0 > limit }
        let core = raw.eroded().largestComponent().dilated().dilated()
        let opened = BinaryMask(shape: raw.shape, values: zip(core.values, raw.values).map { $0 & $1 })
        mask = opened.largestComponent().holesFilled()
    }

    static func airThreshold(_ values: [Float]) -> Float {
        guard let lowest = values.min(), let highest = values.max(), highest > lowest else { return .infinity }
        let top = Histogram.quantile(0.998, of: values)
        guard top > lowest else { return lowest }
        let bright = Histogram(values, from: lowest, to: top).otsu()
        return Histogram(values, from: lowest, to: bright, clamp: false).otsu()
    }

    /// What lies at least this deep below the surface, on the reduced grid.
    func underTheSkin(_ depthMM: Double) -> BinaryMask {
        let depth = mask.depthMM(spacingMM: image.grid.spacingMM)
        return BinaryMask(shape: mask.shape, values: depth.map { $0 > Float(depthMM) ? 1 : 0 })
    }

    /// The mask on the scan's own grid: deep inside it is the coarse mask, along its edge the scan's voxels decide.
    func refined(_ scan: Volume) -> BinaryMask {
        let inner = mask.eroded()
        let outer = mask.dilated()
        let n = scan.shape
        let m = mask.shape
        var values = [UInt8](repeating: 0, count: scan.voxels.count)
        // 2: inside whatever the scan says, 1: the scan decides, 0: outside.
        let verdict = zip(inner.values, outer.values).map { $0 &+ $1 }
        scan.voxels.withUnsafeBufferPointer { v in
            verdict.withUnsafeBufferPointer { verdict in
                values.withUnsafeMutableBufferPointer { out in
                    for i in 0..<n.x {
                        let ci = min(i / factor.x, m.x - 1)
                        for j in 0..<n.y {
                            let row = (i * n.y + j) * n.z
                            let coarse = (ci * m.y + min(j / factor.y, m.y - 1)) * m.z
                            for k in 0..<n.z {
                                let say = verdict[coarse + min(k / factor.z, m.z - 1)]
                                out[row + k] = say == 2 || (say == 1 && v[row + k] > threshold) ? 1 : 0
                            }
                        }
                    }
                }
            }
        }
        return BinaryMask(shape: n, values: values)
    }
}
