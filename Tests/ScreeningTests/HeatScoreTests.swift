import ConvNet
import Foundation
import Imaging
import Screening
import Testing

@Suite struct HeatScoreTests {
    /// One line of `heatscore/expected.json`.
    private struct Expected: Decodable {
        var heat: String
        var mask: String
        var region: String?
        var ddof: Int
        var expected: Double?
    }

    @Test func recordedScoresAreMet() throws {
        let volumes = try Fixtures.tensors("heatscore/volumes.safetensors")
        let lines = try JSONDecoder().decode(
            [Expected].self, from: Data(contentsOf: URL(filePath: Fixtures.path("heatscore/expected.json"))))
        #expect(lines.count == 96)
        func mask(_ name: String) throws -> [Bool] {
            try #require(volumes["in.mask.\(name)"]).values.map { $0 != 0 }
        }
        for line in lines {
            let heat = try #require(volumes["in.heat.\(line.heat)"]).values
            let score = try HeatScore.score(
                heat, mask: mask(line.mask), region: line.region.map { try mask($0) }, deltaDegrees: line.ddof)
            let label = "\(line.heat) \(line.mask) \(line.region ?? "all") \(line.ddof)"
            #expect((score == nil) == (line.expected == nil), "\(label)")
            guard let score, let want = line.expected else { continue }
            #expect(abs(score - want) <= 1e-5 * abs(want), "\(label)")
        }
    }

    @Test func valuesThatAreNotFiniteHaveNoScore() {
        #expect(HeatScore.score([1, .nan, 0, 2], mask: [true, false, false, false]) == nil)
        #expect(HeatScore.score([.infinity, 1, 0, 2], mask: [true, false, false, false]) == nil)
    }

    @Test func backgroundOfRoundingNoiseHasNoScore() {
        let noise = [Float(0.1), Float(0.1).nextUp, 0.1, Float(0.1).nextDown]
        #expect(HeatScore.score([1] + noise, mask: [true, false, false, false, false]) == nil)
    }

    @Test func maskOnAnotherGridIsBroughtByItsPlaceInTheWorld() throws {
        var heat = Volume(grid: VoxelGrid(shape: [4, 4, 4], affineRAS: .identity))
        for v in heat.voxels.indices { heat.voxels[v] = Float(v % 5) }
        heat[3, 1, 2] = 10
        // The same place in a grid whose axis 0 falls, and which reaches one voxel further at both ends.
        var mask = Volume(
            grid: VoxelGrid(
                shape: [6, 4, 4],
                affineRAS: Affine(
                    column0: [-1, 0, 0], column1: [0, 1, 0], column2: [0, 0, 1], translation: [4, 0, 0])))
        mask[1, 1, 2] = 1
        mask[0, 1, 2] = 1  // at x = 4: outside the map
        let brain = Volume(grid: heat.grid, filledWith: 1)
        let result = HeatScore.measure(heat: heat, mask: mask, brain: brain)
        #expect(result.maskVoxels == 1)
        #expect(result.croppedMaskVoxels == 1)
        var inside = [Bool](repeating: false, count: 64)
        inside[heat.grid.offset(3, 1, 2)] = true
        #expect(result.whole == HeatScore.score(heat.voxels, mask: inside))
        #expect(result.brain == result.whole)
        let nothing = HeatScore.measure(heat: heat, mask: Volume(grid: mask.grid))
        #expect(nothing.whole == nil)
        #expect(nothing.brain == nil)
    }
}
