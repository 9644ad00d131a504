import ConvNet
import Imaging
import Screening
import Testing

@Suite struct RawMapTests {
    @Test func meanIsOverMembersCellByCell() {
        var a = Samples.oneHot(at: [0, 1, 2])
        let b = Samples.oneHot(at: [2, 2, 2])
        a.volume[2, 2, 2] = -0.5
        let mean = RawMap.mean(of: [a, b]).volume
        #expect(mean[0, 1, 2] == 0.5)
        #expect(mean[2, 2, 2] == 0.25)
        #expect(mean.voxels.reduce(0, +) == 0.75)
        #expect(RawMap.mean(of: [a]) == a)
    }

    @Test func gridFollowsAnObliquePreparedGrid() {
        let affine = Affine(
            column0: [0.96, 0.28, 0], column1: [-0.28, 0.96, 0], column2: [0, 0, 1], translation: [5, 6, 7])
        let map = RawMap(
            map: Tensor(shape: [1, 1, 3, 2, 2]), prepared: VoxelGrid(shape: [33, 33, 33], affineRAS: affine),
            stride: [16, 32, 32])
        #expect(map.volume.shape == [3, 2, 2])
        let cell = map.volume.grid.affineRAS([2, 1, 1])
        let voxel = affine([32, 32, 32])
        #expect((cell - voxel).max() < 1e-12 && (cell - voxel).min() > -1e-12)
    }

    @Test func rectifiedHasNoNegativePart() {
        var map = Samples.oneHot(at: [1, 1, 1])
        map.volume[0, 0, 0] = -4
        #expect(map.rectified == Samples.oneHot(at: [1, 1, 1]))
    }
}
