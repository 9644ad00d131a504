import Foundation
import Imaging
import Testing

@Suite struct OrientationTests {
    static let codes: [String] = {
        var all: [String] = []
        let pairs: [[String]] = [["R", "L"], ["A", "P"], ["S", "I"]]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            for a in pairs[order[0]] { for b in pairs[order[1]] { for c in pairs[order[2]] { all.append(a + b + c) } } }
        }
        return all
    }()

    @Test func codesAreReadAndWritten() {
        #expect(Self.codes.count == 48)
        for code in Self.codes { #expect(Orientation(code: code)?.description == code) }
        for bad in ["RA", "RAR", "RAX", "ras", "RASS", ""] { #expect(Orientation(code: bad) == nil) }
    }

    @Test func singularAffineHasNone() {
        #expect(
            Orientation(Affine(column0: [1, 0, 0], column1: [1, 0, 0], column2: [0, 0, 1], translation: .zero)) == nil)
        #expect(Orientation(Affine(spacing: [1, 0, 1])) == nil)
        #expect(Orientation(Affine(spacing: [1, .nan, 1])) == nil)
    }

    /// Every voxel keeps its value at its place in the world, through all 48 orientations of an oblique grid.
    @Test func reorientingMovesNoVoxelInTheWorld() throws {
        let tilt = 0.35
        let affine = Affine(
            column0: [0.9, 0, 0], column1: [0, 1.1 * cos(tilt), 1.1 * sin(tilt)],
            column2: [0, -1.3 * sin(tilt), 1.3 * cos(tilt)], translation: [-40, 20, 7])
        let grid = VoxelGrid(shape: [5, 18, 33], affineRAS: affine)
        let source = Volume(grid: grid, voxels: (0..<grid.voxelCount).map { Float($0) })
        for code in Self.codes {
            let target = try #require(Orientation(code: code))
            let turned = source.reoriented(to: target)
            #expect(Orientation(turned.grid.affineRAS) == target)
            let inverse = try #require(affine.inverse)
            for p: SIMD3<Int> in [[0, 0, 0], [1, 2, 3], turned.shape &- 1] {
                let world = turned.grid.affineRAS([Double(p.x), Double(p.y), Double(p.z)])
                let q = inverse(world)
                let expected = source[Int(q.x.rounded()), Int(q.y.rounded()), Int(q.z.rounded())]
                #expect(turned[p.x, p.y, p.z] == expected)
            }
            let back = turned.reoriented(to: .ras)
            #expect(back.voxels == source.voxels)
        }
        #expect(source.canonicalRAS() == source)
    }

    /// Expected codes are nibabel's (`nibabel.aff2axcodes`); the script in Tests/Outside compares many more.
    @Test func obliqueGridsTakeTheNearestOrientation() throws {
        func rotation(_ axis: Int, _ degrees: Double) -> Affine {
            let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
            let (a, b) = [(1, 2), (0, 2), (0, 1)][axis]
            var m = Affine.identity.rowMajor
            m[5 * a] = c
            m[5 * b] = c
            m[4 * a + b] = -s
            m[4 * b + a] = s
            return Affine(rowMajor: m)
        }
        #expect(Orientation(rotation(0, 40))?.description == "RAS")
        #expect(Orientation(rotation(0, 50))?.description == "RSP")
        #expect(Orientation(rotation(2, 130))?.description == "ALS")
        #expect(Orientation(rotation(2, 130) * Affine(spacing: [-1, 1, 2]))?.description == "PLS")
    }
}
