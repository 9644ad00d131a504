/// A map from voxel indices to millimetres, or between two voxel grids: `p' = M p + t`.
///
/// Stored as the upper three rows of a 4×4 matrix, row by row, in double precision.
/// World coordinates are **RAS millimetres** (x grows to the patient's right, y forward, z up), as in NIfTI.
package struct Affine: Hashable, Sendable {
    /// World step of one voxel along axis 0; `column1` and `column2` are those of the other axes.
    package var column0: SIMD3<Double>
    package var column1: SIMD3<Double>
    package var column2: SIMD3<Double>
    /// World position of voxel (0, 0, 0).
    package var translation: SIMD3<Double>

    package init(
        column0: SIMD3<Double>, column1: SIMD3<Double>, column2: SIMD3<Double>, translation: SIMD3<Double>
    ) {
        self.column0 = column0
        self.column1 = column1
        self.column2 = column2
        self.translation = translation
    }

    /// A diagonal affine: `spacing` mm per voxel, voxel 0 at `origin`.
    package init(spacing: SIMD3<Double>, origin: SIMD3<Double> = .zero) {
        self.init(
            column0: [spacing.x, 0, 0], column1: [0, spacing.y, 0], column2: [0, 0, spacing.z], translation: origin)
    }

    package static let identity = Affine(spacing: .one)

    /// Sixteen numbers, row by row, the last row being 0 0 0 1.
    package init(rowMajor m: [Double]) {
        precondition(m.count == 16, "an affine has 16 numbers")
        self.init(
            column0: [m[0], m[4], m[8]], column1: [m[1], m[5], m[9]], column2: [m[2], m[6], m[10]],
            translation: [m[3], m[7], m[11]])
    }

    /// Sixteen numbers, row by row, the last row being 0 0 0 1.
    package var rowMajor: [Double] {
        [
            column0.x, column1.x, column2.x, translation.x,
            column0.y, column1.y, column2.y, translation.y,
            column0.z, column1.z, column2.z, translation.z,
            0, 0, 0, 1,
        ]
    }

    /// The image of a point.
    package func callAsFunction(_ p: SIMD3<Double>) -> SIMD3<Double> {
        column0 * p.x + column1 * p.y + column2 * p.z + translation
    }

    /// `self` after `other`: `(a * b)(p) == a(b(p))`.
    package static func * (a: Affine, b: Affine) -> Affine {
        func turn(_ v: SIMD3<Double>) -> SIMD3<Double> { a.column0 * v.x + a.column1 * v.y + a.column2 * v.z }
        return Affine(
            column0: turn(b.column0), column1: turn(b.column1), column2: turn(b.column2),
            translation: a(b.translation))
    }

    package var determinant: Double { (column0 * cross(column1, column2)).sum() }

    /// The inverse map; nil where the matrix is singular or not finite.
    package var inverse: Affine? {
        let d = determinant
        guard d.isFinite, abs(d) > 1e-12 else { return nil }
        let r0 = cross(column1, column2) / d
        let r1 = cross(column2, column0) / d
        let r2 = cross(column0, column1) / d
        let m = Affine(
            column0: [r0.x, r1.x, r2.x], column1: [r0.y, r1.y, r2.y], column2: [r0.z, r1.z, r2.z], translation: .zero)
        var result = m
        result.translation = -m(translation)
        return result
    }

    /// Length of each column: millimetres per voxel along each axis.
    package var voxelSizesMM: SIMD3<Double> {
        func length(_ v: SIMD3<Double>) -> Double { (v * v).sum().squareRoot() }
        return [length(column0), length(column1), length(column2)]
    }
}

/// The vector product.
package func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
}

extension Affine: Codable {
    /// Written as four rows of four numbers.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        let m = rowMajor
        for row in 0..<4 { try container.encode(Array(m[(4 * row)..<(4 * row + 4)])) }
    }

    package init(from decoder: any Decoder) throws {
        var container = try decoder.unkeyedContainer()
        var m: [Double] = []
        while !container.isAtEnd { m += try container.decode([Double].self) }
        guard m.count == 16 else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "an affine has 4 rows of 4 numbers")
        }
        self.init(rowMajor: m)
    }
}
