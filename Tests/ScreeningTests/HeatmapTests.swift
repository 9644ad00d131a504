import ConvNet
import Imaging
import Screening
import Testing

@Suite struct HeatmapTests {
    /// Scans over the box of the sample maps (32×64×64 mm from (-16, -40, -20)), in several orientations.
    static let scans: [String: VoxelGrid] = [
        // 1 × 0.9 × 1.1 mm; x falls, y and z rise.
        "LAS": VoxelGrid(
            shape: [40, 80, 64],
            affineRAS: Affine(
                column0: [-1, 0, 0], column1: [0, 0.9, 0], column2: [0, 0, 1.1], translation: [19, -43.3, -22.7])),
        // Axis 1 runs down, axis 2 forward.
        "LIA": VoxelGrid(
            shape: [42, 70, 75],
            affineRAS: Affine(
                column0: [-0.9, 0, 0], column1: [0, 0, -1], column2: [0, 0.95, 0], translation: [18.2, -42, 46.6])),
        "oblique": VoxelGrid(
            shape: [60, 90, 90],
            affineRAS: Affine(
                column0: [0.96, 0.28, 0], column1: [-0.252, 0.864, 0.436], column2: [0.122, -0.418, 0.9],
                translation: [-24, -44, -42])),
    ]

    /// A trilinear map evaluated straight from its definition.
    private func expected(_ raw: Volume, at world: SIMD3<Double>) -> Double {
        let inverse = raw.grid.affineRAS.inverse ?? .identity
        let p = inverse(world)
        var sum = 0.0
        for i in 0..<raw.shape.x {
            for j in 0..<raw.shape.y {
                for k in 0..<raw.shape.z {
                    let d = p - SIMD3(Double(i), Double(j), Double(k))
                    let weight = [d.x, d.y, d.z].map { max(0, 1 - abs($0)) }.reduce(1, *)
                    sum += weight * Double(raw[i, j, k])
                }
            }
        }
        return sum
    }

    private func signedMap() -> RawMap {
        var map = Samples.oneHot(at: [0, 0, 0])
        for v in map.volume.voxels.indices { map.volume.voxels[v] = Float((v * 7919) % 27) - 11 }
        return map
    }

    @Test(arguments: ["LAS", "LIA", "oblique"])
    func scanTakesTheMapAtItsVoxelsPositions(name: String) throws {
        let scan = try #require(Self.scans[name])
        let map = signedMap().volume
        let placed = Heatmap.onScan(map, scan: scan)
        #expect(placed.grid == scan)
        let inverse = try #require(map.grid.affineRAS.inverse)
        var inside = 0
        var worst = 0.0
        for i in stride(from: 0, to: scan.shape.x, by: 3) {
            for j in stride(from: 0, to: scan.shape.y, by: 3) {
                for k in stride(from: 0, to: scan.shape.z, by: 3) {
                    let world = scan.affineRAS([Double(i), Double(j), Double(k)])
                    let p = inverse(world)
                    let isInside = [p.x, p.y, p.z].allSatisfy { $0 >= 0 && $0 <= 2 }
                    let want = isInside ? expected(map, at: world) : 0
                    worst = max(worst, abs(Double(placed[i, j, k]) - want))
                    inside += isInside ? 1 : 0
                }
            }
        }
        #expect(inside > 2000)
        #expect(worst < 1e-5)
    }

    @Test func cellsStandAtStrideTimesIndex() {
        let map = signedMap().volume
        let prepared = VoxelGrid(
            shape: Samples.shape, affineRAS: Affine(spacing: .one, origin: [-16, -40, -20]))
        let placed = Heatmap.onScan(map, scan: prepared)
        for i in 0..<3 {
            for j in 0..<3 {
                for k in 0..<3 { #expect(placed[16 * i, 32 * j, 32 * k] == map[i, j, k]) }
            }
        }
    }

    @Test func bordersForgiveRounding() {
        let map = signedMap().volume
        // A grid turned by a third of a turn about (1, 1, 1) and back: its border voxels are off by rounding only.
        let turn = Affine(
            column0: [2 / 3.0, 2 / 3.0, -1 / 3.0], column1: [-1 / 3.0, 2 / 3.0, 2 / 3.0],
            column2: [2 / 3.0, -1 / 3.0, 2 / 3.0], translation: [0.1, 0.2, 0.3])
        let there = VoxelGrid(shape: map.shape, affineRAS: turn * map.grid.affineRAS)
        let turned = Volume(grid: there, voxels: map.voxels)
        let placed = Heatmap.onScan(turned, scan: VoxelGrid(shape: map.shape, affineRAS: turn * map.grid.affineRAS))
        #expect(zip(placed.voxels, map.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func outsideTheCellsIsZero() {
        let far = VoxelGrid(shape: [4, 4, 4], affineRAS: Affine(spacing: .one, origin: [500, 0, 0]))
        #expect(Heatmap.onScan(signedMap().volume, scan: far).voxels.allSatisfy { $0 == 0 })
    }

    @Test func normalisedIsReLUThenMinMax() {
        let grid = VoxelGrid(shape: [1, 1, 4], affineRAS: .identity)
        #expect(Heatmap.normalised(Volume(grid: grid, voxels: [-2, 0, 1, 4])).voxels == [0, 0, 0.25, 1])
        #expect(Heatmap.normalised(Volume(grid: grid, voxels: [1, 2, 3, 5])).voxels == [0, 0.25, 0.5, 1])
    }

    @Test func constantMapWithRoundingNoiseIsAllZero() {
        let grid = VoxelGrid(shape: [3, 3, 3], affineRAS: .identity)
        for value: Float in [0, 0.37, -0.37, 1e-30, 4e5] {
            var map = Volume(grid: grid, filledWith: value)
            for v in map.voxels.indices where v % 2 == 0 { map.voxels[v] = map.voxels[v].nextUp.nextUp }
            // Around zero the noise is all there is to a map: only exact zeros are flat there.
            if value == 0 { map = Volume(grid: grid) }
            #expect(Heatmap.normalised(map).voxels.allSatisfy { $0 == 0 }, "\(value)")
        }
    }

    @Test func constantMapPlacedOnALargerScanIsNoBox() throws {
        let scan = try #require(Self.scans["LAS"])
        var map = Samples.oneHot(at: [0, 0, 0])
        for v in map.volume.voxels.indices { map.volume.voxels[v] = v % 2 == 0 ? 0.37 : Float(0.37).nextUp }
        #expect(Heatmap.normalisedOnScan(map, scan: scan).voxels.allSatisfy { $0 == 0 })
    }

    @Test func normalisedOnScanReachesFromZeroToOne() throws {
        let scan = try #require(Self.scans["oblique"])
        let map = Heatmap.normalisedOnScan(signedMap(), scan: scan)
        #expect(map.voxels.min() == 0)
        #expect(map.voxels.max() == 1)
    }
}
