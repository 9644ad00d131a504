/// Which way the axes of a voxel grid point: `LAS` says that index 0 grows to the left, 1 forward, 2 up.
///
/// An oblique grid has the orientation of the nearest upright one, by the rule of nibabel's `io_orientation`: the
/// rotation nearest to the affine (its polar factor) decides, the axes with the clearest direction choosing first.
package struct Orientation: Hashable, Sendable, CustomStringConvertible {
    /// For each voxel axis, the world axis (0 = x, 1 = y, 2 = z) it runs along.
    package let worldAxis: SIMD3<Int>
    /// For each voxel axis, 1 where it grows with the world axis, -1 where against it.
    package let sign: SIMD3<Int>

    package static let ras = Orientation(worldAxis: [0, 1, 2], sign: [1, 1, 1])

    private init(worldAxis: SIMD3<Int>, sign: SIMD3<Int>) {
        self.worldAxis = worldAxis
        self.sign = sign
    }

    /// The orientation of an affine; nil where it is singular or not finite.
    package init?(_ affine: Affine) {
        guard let rotation = Self.nearestRotation(affine) else { return nil }
        var columns = [rotation.column0, rotation.column1, rotation.column2]
        let clarity = columns.map { ($0 * $0).max() }
        var axes = SIMD3<Int>(repeating: -1)
        var signs = SIMD3<Int>(repeating: 1)
        // A stable sort: equal clarity keeps the order of the axes.
        let order = (0..<3).sorted { clarity[$0] == clarity[$1] ? $0 < $1 : clarity[$0] > clarity[$1] }
        for voxelAxis in order {
            let column = columns[voxelAxis]
            var best = 0
            for world in 1..<3 where abs(column[world]) > abs(column[best]) { best = world }
            axes[voxelAxis] = best
            signs[voxelAxis] = column[best] < 0 ? -1 : 1
            for other in 0..<3 { columns[other][best] = 0 }
        }
        guard Set([axes.x, axes.y, axes.z]).count == 3 else { return nil }
        self.init(worldAxis: axes, sign: signs)
    }

    /// Three letters of L/R, P/A and I/S in any order, such as `LIA`; nil for anything else.
    package init?(code: String) {
        let meaning: [Character: (axis: Int, sign: Int)] = [
            "R": (0, 1), "L": (0, -1), "A": (1, 1), "P": (1, -1), "S": (2, 1), "I": (2, -1),
        ]
        let letters = code.compactMap { meaning[$0] }
        guard code.count == 3, letters.count == 3, Set(letters.map(\.axis)).count == 3 else { return nil }
        self.init(
            worldAxis: [letters[0].axis, letters[1].axis, letters[2].axis],
            sign: [letters[0].sign, letters[1].sign, letters[2].sign])
    }

    /// The three-letter code.
    package var description: String {
        (0..<3).map { sign[$0] > 0 ? ["R", "A", "S"][worldAxis[$0]] : ["L", "P", "I"][worldAxis[$0]] }.joined()
    }

    /// The polar factor of the affine's matrix with columns scaled to length one, by Newton's iteration
    /// X ← (X + X⁻ᵀ) / 2 (Higham 1986); quadratic, so that twenty steps are plenty.
    private static func nearestRotation(_ affine: Affine) -> Affine? {
        let sizes = affine.voxelSizesMM
        guard sizes.min() > 0, affine.rowMajor.allSatisfy(\.isFinite) else { return nil }
        var x = Affine(
            column0: affine.column0 / sizes.x, column1: affine.column1 / sizes.y, column2: affine.column2 / sizes.z,
            translation: .zero)
        for _ in 0..<20 {
            let d = x.determinant
            guard abs(d) > 1e-9 else { return nil }
            // The columns of the inverse's transpose.
            let c0 = cross(x.column1, x.column2) / d
            let c1 = cross(x.column2, x.column0) / d
            let c2 = cross(x.column0, x.column1) / d
            x = Affine(
                column0: (x.column0 + c0) / 2, column1: (x.column1 + c1) / 2, column2: (x.column2 + c2) / 2,
                translation: .zero)
        }
        return x
    }
}
