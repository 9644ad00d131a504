import Imaging
import Reporting

/// The outline of a mask in one slice, as an SVG path: the curve at one half between the voxels' centres (marching squares).
struct MaskContour {
    var picture: ScanPicture
    var plane: Plane
    var index: Int
    var frame: ScanPicture.Frame

    /// Path data in pixels of the frame; empty where the mask does not meet the slice.
    ///
    /// - Parameter mask: canonical, on the picture's grid.
    func path(of mask: Volume) -> String {
        let (width, height) = (mask.shape[plane.across], mask.shape[plane.up])
        func isInside(_ a: Int, _ u: Int) -> Bool {
            guard a >= 0, u >= 0, a < width, u < height else { return false }
            var at = SIMD3<Int>(repeating: index)
            at[plane.across] = a
            at[plane.up] = u
            return mask[at.x, at.y, at.z] > 0.5
        }
        var path = ""
        for a in -1..<width {
            for u in -1..<height {
                let corners = (isInside(a, u), isInside(a + 1, u), isInside(a + 1, u + 1), isInside(a, u + 1))
                for (from, to) in Self.segments(corners) {
                    path += "M\(point(a, u, from))L\(point(a, u, to))"
                }
            }
        }
        return path
    }

    /// Which edges of a square of four centres the curve joins: 0 below, 1 right, 2 above, 3 left. Two opposite corners are
    /// kept apart.
    private static func segments(_ corners: (Bool, Bool, Bool, Bool)) -> [(Int, Int)] {
        switch corners {
        case (false, false, false, false), (true, true, true, true): []
        case (true, false, false, false), (false, true, true, true): [(3, 0)]
        case (false, true, false, false), (true, false, true, true): [(0, 1)]
        case (false, false, true, false), (true, true, false, true): [(1, 2)]
        case (false, false, false, true), (true, true, true, false): [(2, 3)]
        case (true, true, false, false), (false, false, true, true): [(3, 1)]
        case (true, false, false, true), (false, true, true, false): [(0, 2)]
        case (true, false, true, false): [(3, 0), (1, 2)]
        case (false, true, false, true): [(0, 1), (2, 3)]
        }
    }

    /// The middle of an edge of the square that begins at centre (a, u).
    private func point(_ a: Int, _ u: Int, _ edge: Int) -> String {
        let offsets = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)][edge]
        var voxel = SIMD3<Double>(repeating: Double(index))
        voxel[plane.across] = Double(a) + offsets.0
        voxel[plane.up] = Double(u) + offsets.1
        let place = picture.place(of: voxel, in: frame, plane: plane)
        return "\(SVG.number(place.x)) \(SVG.number(place.y))"
    }
}
