import Imaging
import Testing
import Watch

@Suite struct GateTests {
    private func head(_ spacing: SIMD3<Double>) -> Volume {
        let standard = HeadPhantom.standardGrid
        let extent = SIMD3<Double>(standard.shape) * standard.spacingMM
        let shape = SIMD3<Int>((extent / spacing).rounded(.down))
        return HeadPhantom.make(
            grid: VoxelGrid(
                shape: shape, affineRAS: Affine(spacing: spacing, origin: standard.affineRAS.translation)))
    }

    @Test func wholeHeadPasses() { #expect(Gate.examine(head([1.5, 1.5, 1.5])).reason == nil) }

    @Test func thickSlicesAreRefused() {
        #expect(Gate.examine(head([0.9, 0.9, 5])).reason?.code == "NOT_3D_VOXELS")
        #expect(Gate.examine(head([3, 3, 3])).reason?.code == "VOXELS_TOO_LARGE")
    }

    @Test func emptyImageIsNoHead() {
        #expect(Gate.examine(Volume(grid: HeadPhantom.standardGrid)).reason?.code == "NOT_A_HEAD")
    }

    @Test func failedQualityOfThePreparedImageIsRefused() throws {
        let prepared = try PreprocessingPlan(spacingMM: 2, shape: [33, 33, 33], foreground: .head)
            .prepare(head([1.5, 1.5, 1.5]), input: .fullHead)
        #expect(Gate.judge(prepared)?.code == "HEAD_OUTSIDE_CROP")
    }
}
