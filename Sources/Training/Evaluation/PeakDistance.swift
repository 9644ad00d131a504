package import Imaging

/// How far from a lesion a map points.
package enum PeakDistance {
    /// Distance in mm from a place to the nearest voxel of a mask: 0 inside one, else to the nearest centre.
    ///
    /// - Parameter place: RAS mm, such as the place of the map's highest cell that pages name.
    /// - Returns: nil for an empty mask.
    package static func measure(from place: SIMD3<Double>, to mask: Volume) -> Double? {
        guard let toMask = mask.grid.affineRAS.inverse else { return nil }
        let voxel = SIMD3<Int>(toMask(place).rounded(.toNearestOrAwayFromZero))
        let last = mask.shape &- 1
        if voxel.clamped(lowerBound: .zero, upperBound: last) == voxel, mask[voxel.x, voxel.y, voxel.z] > 0.5 {
            return 0
        }
        var nearest = Double.infinity
        for i in 0..<mask.shape.x {
            for j in 0..<mask.shape.y {
                for k in 0..<mask.shape.z where mask[i, j, k] > 0.5 {
                    let d = mask.grid.affineRAS([Double(i), Double(j), Double(k)]) - place
                    nearest = min(nearest, (d * d).sum())
                }
            }
        }
        return nearest.isFinite ? nearest.squareRoot() : nil
    }
}
