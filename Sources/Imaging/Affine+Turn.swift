internal import Foundation

extension Affine {
    /// Right-handed turns about the origin, about axis 0 first, then about axis 1, then about axis 2.
    package static func turn(degrees: SIMD3<Double>) -> Affine {
        var turn = Affine.identity
        for axis in 0..<3 {
            let angle = degrees[axis] * .pi / 180
            let (c, s) = (cos(angle), sin(angle))
            var one = Affine.identity
            switch axis {
            case 0: (one.column1, one.column2) = ([0, c, s], [0, -s, c])
            case 1: (one.column0, one.column2) = ([c, 0, -s], [s, 0, c])
            default: (one.column0, one.column1) = ([c, s, 0], [-s, c, 0])
            }
            turn = one * turn
        }
        return turn
    }
}
