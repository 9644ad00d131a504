/// Brings the intensities of a foreground to mean 0 and standard deviation 1.
package enum ZScore {
    /// Mean and population standard deviation (divided by n) of the voxels where `mask` is not 0; all where it is nil.
    ///
    /// Two passes in double precision: the result does not depend on an offset of the intensities.
    ///
    /// - Throws: `FOREGROUND_EMPTY` where there is no foreground voxel or all have one value.
    package static func statistics(
        _ volume: Volume, mask: [UInt8]?
    ) throws(ImagingError) -> (mean: Double, sd: Double) {
        precondition(mask == nil || mask?.count == volume.voxels.count, "the mask has the volume's voxels")
        let (count, mean, variance) = volume.voxels.withUnsafeBufferPointer { v in
            let every = [UInt8](repeating: 1, count: mask == nil ? v.count : 0)
            return (mask ?? every).withUnsafeBufferPointer { m in
                var n = 0
                var sum = 0.0
                for i in 0..<v.count where m[i] != 0 {
                    n += 1
                    sum += Double(v[i])
                }
                let mean = n == 0 ? 0 : sum / Double(n)
                var squares = 0.0
                for i in 0..<v.count where m[i] != 0 {
                    let d = Double(v[i]) - mean
                    squares += d * d
                }
                return (n, mean, n == 0 ? 0 : squares / Double(n))
            }
        }
        // Rounding of float32 input leaves about 1e-7 of the mean in a constant image.
        let sd = variance.squareRoot()
        guard count > 0, sd.isFinite, sd > 1e-6 * abs(mean), sd > 0 else {
            throw ImagingError(
                .emptyForeground,
                count == 0
                    ? "No voxel belongs to the foreground. Check that the image is not empty."
                    : "All foreground voxels have the same value. Check that this is an image and not a mask.")
        }
        return (mean, sd)
    }

    /// `(value - mean) / sd` where `mask` is not 0, exactly 0 elsewhere; everywhere where the mask is nil.
    package static func apply(_ volume: Volume, mask: [UInt8]?, mean: Double, sd: Double) -> Volume {
        precondition(mask == nil || mask?.count == volume.voxels.count, "the mask has the volume's voxels")
        var result = volume
        result.voxels.withUnsafeMutableBufferPointer { v in
            if let mask {
                mask.withUnsafeBufferPointer { m in
                    for i in 0..<v.count { v[i] = m[i] == 0 ? 0 : Float((Double(v[i]) - mean) / sd) }
                }
            } else {
                for i in 0..<v.count { v[i] = Float((Double(v[i]) - mean) / sd) }
            }
        }
        return result
    }
}
