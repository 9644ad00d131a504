extension Affine {
    /// True where the axes are perpendicular to within a thousandth of a degree, so that a rotation, a scale and a
    /// translation say all of it.
    package var isRigidTimesScale: Bool {
        let sizes = voxelSizesMM
        let tolerance = 1.7e-5
        return abs((column0 * column1).sum()) <= tolerance * sizes.x * sizes.y
            && abs((column0 * column2).sum()) <= tolerance * sizes.x * sizes.z
            && abs((column1 * column2).sum()) <= tolerance * sizes.y * sizes.z
    }
}
