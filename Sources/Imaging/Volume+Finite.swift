extension Volume {
    /// No scanner stores more; sums of squares of such values still fit double precision.
    static let largestMagnitude: Float = 1e30

    /// True where every voxel is a finite number that can be computed with.
    package var isComputable: Bool {
        voxels.withUnsafeBufferPointer { v in
            var sound = true
            for x in v { sound = sound && abs(x) <= Self.largestMagnitude }
            return sound
        }
    }
}
