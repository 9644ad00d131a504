import ConvNet
import Foundation
package import Imaging

/// A turn of a cropped scan about its centre: the paper's only augmentation.
///
/// x_in = M (x_out − c) + c with c = (shape − 1) / 2 and M = M0(a0) M1(a1) M2(a2), each a turn in the plane across its axis.
/// Intensities are made linearly, the foreground follows by the nearest voxel, and what is beyond the outermost voxel
/// centres is background without blending.
package struct Rotation: Sendable, Hashable, Codable {
    /// Angles about axes 0, 1 and 2 in degrees.
    package var degrees: SIMD3<Double>

    package init(degrees: SIMD3<Double>) { self.degrees = degrees }

    package static let none = Rotation(degrees: .zero)

    /// Three independent angles, uniform within ± `limit` degrees, the same for the same seed.
    package static func random(within limit: Double, seed: UInt64) -> Rotation {
        var generator = SeededGenerator(seed: seed)
        func angle() -> Double { (2 * generator.uniform() - 1) * limit }
        let (a, b, c) = (angle(), angle(), angle())
        return Rotation(degrees: [a, b, c])
    }

    /// The map from voxels of the turned image to voxels of the image, both of `shape`.
    package func map(shape: SIMD3<Int>) -> Affine {
        let centre = SIMD3(Double(shape.x - 1), Double(shape.y - 1), Double(shape.z - 1)) / 2
        var result = Self.plane(0, degrees.x) * Self.plane(1, degrees.y) * Self.plane(2, degrees.z)
        result.translation = centre - result(centre)
        return result
    }

    /// The scan, turned; its grid says no more where it lay in the scanner.
    package func apply(_ scan: CroppedScan) -> CroppedScan {
        self == .none ? scan : scan.mapped(by: map(shape: scan.volume.shape))
    }

    /// In the plane of the two other axes p < q: (cos, sin; −sin, cos).
    private static func plane(_ axis: Int, _ degrees: Double) -> Affine {
        let radians = degrees * .pi / 180
        let (c, s) = (cos(radians), sin(radians))
        let (p, q) = axis == 0 ? (1, 2) : axis == 1 ? (0, 2) : (0, 1)
        var columns: [SIMD3<Double>] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        columns[p][p] = c
        columns[q][p] = s
        columns[p][q] = -s
        columns[q][q] = c
        return Affine(column0: columns[0], column1: columns[1], column2: columns[2], translation: .zero)
    }
}
