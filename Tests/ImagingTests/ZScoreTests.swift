import Imaging
import Testing

@Suite struct ZScoreTests {
    private func fixture() throws -> SafetensorsFixture { try SafetensorsFixture("preprocess/zscore.safetensors") }

    @Test func wholeVolumeEqualsReference() throws {
        let volume = try fixture().volume("in.volume")
        let (mean, sd) = try ZScore.statistics(volume, mask: nil)
        let result = ZScore.apply(volume, mask: nil, mean: mean, sd: sd)
        #expect(largestDifference(result.voxels, try fixture()["out.whole"].values) < 1e-5)
    }

    @Test func nonzeroVoxelsEqualReference() throws {
        let volume = try fixture().volume("in.volume")
        let mask = volume.voxels.map { $0 == 0 ? UInt8(0) : 1 }
        let (mean, sd) = try ZScore.statistics(volume, mask: mask)
        let result = ZScore.apply(volume, mask: mask, mean: mean, sd: sd)
        #expect(largestDifference(result.voxels, try fixture()["out.nonzero"].values) < 1e-5)
        let everywhere = ZScore.apply(volume, mask: nil, mean: mean, sd: sd)
        #expect(largestDifference(everywhere.voxels, try fixture()["out.nonzero_applied_everywhere"].values) < 1e-5)
    }

    @Test func constantOrEmptyForegroundIsRefused() {
        let volume = Volume(grid: VoxelGrid(shape: [4, 4, 4], affineRAS: .identity), filledWith: 1000.1)
        #expect(throws: ImagingError.self) { try ZScore.statistics(volume, mask: nil) }
        #expect(throws: ImagingError.self) {
            try ZScore.statistics(volume, mask: [UInt8](repeating: 0, count: 64))
        }
    }
}
