import Foundation
import Imaging
import Reporting
import Testing

/// The pictures must not lie about where left is, in any orientation.
@Suite struct SliceFigureTests {
    /// Storage orders and one tilted scan: voxel steps in RAS mm, all over the same space.
    static let affines: [(String, Affine, SIMD3<Int>)] = {
        func centred(_ a: SIMD3<Double>, _ b: SIMD3<Double>, _ c: SIMD3<Double>, _ n: SIMD3<Int>) -> Affine {
            let middle = SIMD3(Double(n.x - 1), Double(n.y - 1), Double(n.z - 1)) / 2
            return Affine(
                column0: a, column1: b, column2: c, translation: -(a * middle.x + b * middle.y + c * middle.z))
        }
        let (s, c) = (sin(0.3), cos(0.3))
        return [
            ("RAS", centred([2, 0, 0], [0, 2, 0], [0, 0, 2], [60, 70, 56]), [60, 70, 56]),
            ("LAS", centred([-2, 0, 0], [0, 2, 0], [0, 0, 2], [60, 70, 56]), [60, 70, 56]),
            ("PIL", centred([0, -2, 0], [0, 0, -2], [-2, 0, 0], [70, 56, 60]), [70, 56, 60]),
            ("LIA", centred([-2, 0, 0], [0, 0, -2], [0, 2, 0], [60, 56, 70]), [60, 56, 70]),
            ("thick slices", centred([1, 0, 0], [0, 1, 0], [0, 0, 5], [120, 140, 23]), [120, 140, 23]),
            ("tilted", centred([-2 * c, -2 * s, 0], [-2 * s, 2 * c, 0], [0, 0, 2], [64, 74, 56]), [64, 74, 56]),
        ]
    }()

    /// A dim ball of a head with one bright spot.
    private func scan(_ affine: Affine, _ shape: SIMD3<Int>, spot: SIMD3<Double>) -> Volume {
        var volume = Volume(grid: VoxelGrid(shape: shape, affineRAS: affine))
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z {
                    let p = affine(SIMD3(Double(i), Double(j), Double(k)))
                    let isHead = (p * p).sum() < 50 * 50
                    volume[i, j, k] = ((p - spot) * (p - spot)).sum() < 121 ? 1000 : isHead ? 200 : 0
                }
            }
        }
        return volume
    }

    /// Centre of the bright pixels inside the head, as shares of the width and height between the letters' strips.
    private func brightCentre(_ raster: Raster) -> (x: Double, y: Double) {
        var (sx, sy, n) = (0.0, 0.0, 0.0)
        for y in 26..<(raster.height - 64) {
            for x in 24..<(raster.width - 24) where raster[x, y].red > 200 && raster[x, y].blue > 200 {
                sx += Double(x)
                sy += Double(y)
                n += 1
            }
        }
        return n == 0 ? (.nan, .nan) : (sx / n / Double(raster.width), (sy / n - 24) / Double(raster.height - 86))
    }

    private func figure(_ volume: Volume, _ plane: Plane, _ point: SIMD3<Double>) throws -> Raster {
        SliceFigure(
            picture: try ScanPicture(scan: volume, heat: nil), label: "T1w", plane: plane, pointRASMM: point,
            overlay: false
        ).draw()
    }

    @Test(arguments: affines.indices)
    func spotAtThePatientsLeftIsOnTheRightOfThePicture(_ place: Int) throws {
        let (_, affine, shape) = Self.affines[place]
        let spot = SIMD3<Double>(-30, 0, 0)
        let volume = scan(affine, shape, spot: spot)
        for plane in [Plane.axial, .coronal] {
            let raster = try figure(volume, plane, spot)
            #expect(brightCentre(raster).x > 0.58)
            #expect(isLetterL(raster, x: raster.width - 14), "L stands at the right edge")
            #expect(!isLetterL(raster, x: 4), "and R at the left edge")
        }
    }

    @Test(arguments: affines.indices)
    func spotsInFrontAndOnTopAreWhereTheLettersSay(_ place: Int) throws {
        let (_, affine, shape) = Self.affines[place]
        let front = SIMD3<Double>(0, 32, 0)
        let inFront = scan(affine, shape, spot: front)
        #expect(brightCentre(try figure(inFront, .axial, front)).y < 0.4, "A is on top of an axial picture")
        #expect(brightCentre(try figure(inFront, .sagittal, front)).x < 0.42, "A is on the left of a sagittal picture")
        let top = SIMD3<Double>(0, 0, 30)
        let onTop = scan(affine, shape, spot: top)
        #expect(brightCentre(try figure(onTop, .coronal, top)).y < 0.4, "S is on top of a coronal picture")
        #expect(brightCentre(try figure(onTop, .sagittal, top)).y < 0.4, "S is on top of a sagittal picture")
    }

    @Test(arguments: affines.indices)
    func ballStaysRoundWhateverTheSpacing(_ place: Int) throws {
        let (_, affine, shape) = Self.affines[place]
        let volume = scan(affine, shape, spot: [500, 0, 0])
        for plane in Plane.allCases {
            let raster = try figure(volume, plane, .zero)
            let row = (24..<(raster.width - 24)).filter { raster[$0, 24 + (raster.height - 86) / 2 + 9].green > 90 }
                .count
            let column = (25..<(raster.height - 64)).filter { raster[raster.width / 2 + 9, $0].green > 90 }.count
            #expect(abs(Double(row) / Double(column) - 1) < 0.06, "\(plane): \(row) wide, \(column) high")
        }
    }

    @Test(arguments: affines.indices)
    func heatIsDrawnAtItsOwnPlace(_ place: Int) throws {
        let (_, affine, shape) = Self.affines[place]
        let spot = SIMD3<Double>(24, 16, -10)
        let volume = scan(affine, shape, spot: spot)
        var heat = Volume(grid: volume.grid)
        for at in heat.voxels.indices { heat.voxels[at] = volume.voxels[at] > 900 ? 0.03 : -0.01 }
        let picture = try ScanPicture(scan: volume, heat: heat)
        #expect(abs((picture.rawMaximum ?? 0) - 0.03) < 1e-6)
        for plane in Plane.allCases {
            let plain = SliceFigure(picture: picture, label: "T1w", plane: plane, pointRASMM: spot, overlay: false)
                .draw()
            let warm = SliceFigure(picture: picture, label: "T1w", plane: plane, pointRASMM: spot, overlay: true).draw()
            var (sx, sy, n) = (0, 0, 0)
            for y in 26..<(warm.height - 64) {
                for x in 24..<(warm.width - 24) where warm[x, y] != plain[x, y] {
                    sx += x
                    sy += y
                    n += 1
                }
            }
            try #require(n > 50)
            let expected = brightCentre(plain)
            #expect(abs(Double(sx) / Double(n) / Double(warm.width) - expected.x) < 0.01)
            #expect(abs((Double(sy) / Double(n) - 24) / Double(warm.height - 86) - expected.y) < 0.01)
        }
    }

    @Test func scaleBarIsFiftyMillimetresLong() throws {
        let (_, affine, shape) = Self.affines[0]
        let raster = try figure(scan(affine, shape, spot: [500, 0, 0]), .axial, .zero)
        let ball = (24..<(raster.width - 24)).filter { raster[$0, 24 + (raster.height - 86) / 2 + 9].green > 90 }.count
        let bar = (0..<raster.width / 2).filter { raster[$0, raster.height - 62 + 20 + 5] == Raster.Colour(grey: 255) }
            .count
        #expect(abs(Double(ball) / Double(bar) - 2) < 0.06, "the ball is 100 mm wide: \(ball) to \(bar)")
    }

    /// True where the 5 × 7 dots of an L, two pixels each, begin at column x in the middle of the picture's height.
    private func isLetterL(_ raster: Raster, x: Int) -> Bool {
        (0..<raster.height - 14).contains { y in
            (0..<7).allSatisfy { row in
                (0..<5).allSatisfy { column in
                    (raster[x + 2 * column, y + 2 * row] == Raster.Colour(grey: 255)) == (column == 0 || row == 6)
                }
            }
        }
    }
}
