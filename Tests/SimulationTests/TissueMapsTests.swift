import Imaging
import Simulation
import Testing

@Suite struct TissueMapsTests {
    static let grid = VoxelGrid(
        shape: [48, 60, 48], affineRAS: Affine(spacing: [3, 3, 3], origin: [-70.5, -106.5, -60]))

    /// A ball of white matter in a wavy shell of grey matter, and how it looks in T1w without skull.
    private static func ball() -> (grey: Volume, white: Volume, t1w: Volume) {
        var (grey, white, t1w) = (Volume(grid: grid), Volume(grid: grid), Volume(grid: grid))
        for i in 0..<48 {
            for j in 0..<60 {
                for k in 0..<48 {
                    let p = grid.affineRAS([Double(i), Double(j), Double(k)]) - [0, -18, 14]
                    let q = p / [60, 78, 58]
                    let r = (q * q).sum().squareRoot() * (1 + 0.04 * Double((i / 4 + j / 4 + k / 4) % 2))
                    white[i, j, k] = r < 0.86 ? 1 : 0
                    grey[i, j, k] = r >= 0.86 && r < 0.98 ? 1 : 0
                    t1w[i, j, k] = r < 0.86 ? 120 : r < 0.98 ? 80 : r < 1.05 ? 40 : 0
                }
            }
        }
        return (grey, white, t1w)
    }

    static func maps() throws -> TissueMaps {
        let ball = ball()
        return try TissueMaps(grey: ball.grey, white: ball.white)
    }

    @Test func everySubjectIsBentAnewAndTheSameSeedAlike() throws {
        let maps = try Self.maps()
        let plan = SmallHead.plan(spacingMM: 5)
        func head(_ seed: UInt64) -> SimulatedHead {
            SimulatedSubject(seed: seed, anatomy: .maps(maps)).scan(plan.pair(seed: 1))
        }
        let (a, b, c) = (head(1), head(1), head(2))
        #expect(a.flair == b.flair && a.lesion == b.lesion)
        #expect(a.flair != c.flair && a.brain != c.brain)
        #expect(a.lesionMillilitres > 0.2)
        let litres = a.brain.voxels.reduce(0, +) * 125 / 1e6
        #expect((0.5...1.3).contains(litres))
    }

    @Test func aScanWithoutSkullGivesTheSameHeadsAsItsMaps() throws {
        let (known, found) = (try Self.maps(), try TissueMaps(stripped: Self.ball().t1w))
        let plan = SmallHead.plan(spacingMM: 5)
        func head(_ maps: TissueMaps) -> SimulatedHead {
            SimulatedSubject(seed: 1, anatomy: .maps(maps)).scan(plan.pair(seed: 1))
        }
        #expect(head(known).t1w == head(found).t1w)
        // One intensity shows no three tissues.
        #expect(throws: ImagingError.self) { try TissueMaps(stripped: Volume(grid: Self.grid, filledWith: 1)) }
    }

    @Test func aShareOfTheHeadsOfATaskIsBentOutOfMaps() throws {
        let maps = try Self.maps()
        let grid = VoxelGrid(shape: [20, 24, 20], affineRAS: Affine(spacing: [8, 8, 8], origin: [-76, -92, -76]))
        func images(_ maps: SharedMaps?) -> [Volume] {
            TaskCatalogue.dysplasia(stripped: false, maps: maps)[0].makeAll(5, grid).map(\.image)
        }
        #expect(images(SharedMaps(maps, share: 0)) == images(nil))
        #expect(images(SharedMaps(maps, share: 1)) != images(nil))
    }

    @Test func mapsThatDoNotBelongTogetherAreRefused() {
        let other = VoxelGrid(shape: [8, 8, 8], affineRAS: .identity)
        #expect(throws: ImagingError.self) {
            try TissueMaps(grey: Volume(grid: Self.grid, filledWith: 1), white: Volume(grid: other, filledWith: 1))
        }
        #expect(throws: ImagingError.self) {
            try TissueMaps(grey: Volume(grid: Self.grid), white: Volume(grid: Self.grid))
        }
    }
}
