import Imaging
import Testing
import Training

@Suite struct PeakDistanceTests {
    private static func mask() -> Volume {
        var mask = Volume(
            grid: VoxelGrid(shape: [10, 10, 10], affineRAS: Affine(spacing: [2, 2, 2], origin: [-10, -10, -10])))
        mask[5, 5, 5] = 1
        return mask
    }

    @Test func insideAVoxelOfTheMaskItIsZero() {
        #expect(PeakDistance.measure(from: [0.9, -0.9, 0.5], to: Self.mask()) == 0)
    }

    @Test func outsideItIsTheDistanceToTheNearestCentre() {
        #expect(PeakDistance.measure(from: [6, 8, 0], to: Self.mask()) == 10)
        // Also beside the mask's grid.
        #expect(PeakDistance.measure(from: [300, 0, 0], to: Self.mask()) == 300)
    }

    @Test func anEmptyMaskHasNoDistance() {
        var mask = Self.mask()
        mask[5, 5, 5] = 0
        #expect(PeakDistance.measure(from: .zero, to: mask) == nil)
    }
}
