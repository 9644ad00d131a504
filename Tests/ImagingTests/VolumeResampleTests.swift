import Foundation
import Imaging
import Testing

@Suite struct VolumeResampleTests {
    /// SciPy's map_coordinates; values below 1 in float32.
    @Test func worldSpaceResamplingEqualsScipy() throws {
        let fixture = try SafetensorsFixture("augment/resample_affine.safetensors")
        let source = fixture.volume("in.volume", affine: Affine(rowMajor: fixture["in.src_affine"].values))
        let target = VoxelGrid(
            shape: [11, 12, 13], affineRAS: Affine(rowMajor: fixture["in.dst_affine"].values))
        let linear = source.resampled(onto: target, .linear)
        #expect(largestDifference(linear.voxels, fixture["out.linear"].values) < 1e-6)
        let nearest = source.resampled(onto: target, .nearest)
        #expect(largestDifference(nearest.voxels, fixture["out.nearest"].values) == 0)
        #expect(linear.grid == target)
        #expect(linear.voxels.contains { $0 != 0 })
    }

    @Test(arguments: 0..<6) func rotationEqualsScipy(number: Int) throws {
        let angles: [[Double]] = [
            [0, 0, 0], [15, 0, 0], [0, 15, 0], [0, 0, -15], [7.5, -3.25, 12], [-15, 15, -15],
        ]
        let fixture = try SafetensorsFixture("augment/rotation.safetensors")
        let map = rotationAboutCentre(angles[number], shape: [11, 13, 9])
        let linear = fixture.volume("in.volume").resampled(shape: [11, 13, 9], map: map, .linear, outside: -1.5)
        #expect(largestDifference(linear.voxels, fixture["out.case\(number).linear"].values) < 1e-6)
        let nearest = fixture.volume("in.mask").resampled(shape: [11, 13, 9], map: map, .nearest)
        #expect(largestDifference(nearest.voxels, fixture["out.case\(number).nearest"].values) == 0)
    }

    @Test func sameGridKeepsEveryValueOnAnObliqueGrid() {
        let (c, s) = (cos(0.3), sin(0.3))
        let grid = VoxelGrid(
            shape: [7, 9, 8],
            affineRAS: Affine(
                column0: [c * 1.1, s * 1.1, 0], column1: [-s * 0.9, c * 0.9, 0], column2: [0, 0, 1.3],
                translation: [-81.7, 33.3, 12.1]))
        let volume = Volume(grid: grid, voxels: (0..<grid.voxelCount).map { 1 + Float($0 * 7919 % 1009) / 1009 })
        // The inverse is not exact: the edges must not fall outside, and values may move by rounding only.
        let back = volume.resampled(onto: grid, .linear, outside: -100)
        #expect(zip(back.voxels, volume.voxels).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(volume.resampled(onto: grid, .nearest, outside: -100) == volume)
    }

    @Test func outsideIsNotBlended() {
        let volume = Volume(grid: VoxelGrid(shape: [3, 3, 3], affineRAS: .identity), filledWith: 10)
        #expect(volume.sample(atVoxel: [2, 1, 1], outside: -5) == 10)
        #expect(volume.sample(atVoxel: [2.01, 1, 1], outside: -5) == -5)
        #expect(volume.sample(atVoxel: [-0.01, 1, 1], outside: -5) == -5)
        #expect(volume.sample(atVoxel: [2 + 1e-9, 1, 1], outside: -5) == 10)
        #expect(volume.sample(atVoxel: [.nan, 1, 1], outside: -5) == -5)
    }

    /// Output to input, about the centre: rotations in the plane of the two other axes, axis 0 last.
    private func rotationAboutCentre(_ degrees: [Double], shape: SIMD3<Double>) -> Affine {
        let centre = (shape - 1) / 2
        let rotations = (0..<3).map { axis -> Affine in
            let others = (0..<3).filter { $0 != axis }
            let (c, s) = (cos(degrees[axis] * .pi / 180), sin(degrees[axis] * .pi / 180))
            var m = Affine.identity.rowMajor
            m[5 * others[0]] = c
            m[5 * others[1]] = c
            m[4 * others[0] + others[1]] = s
            m[4 * others[1] + others[0]] = -s
            return Affine(rowMajor: m)
        }
        let there = Affine(spacing: .one, origin: centre)
        let back = Affine(spacing: .one, origin: -centre)
        return there * rotations[0] * rotations[1] * rotations[2] * back
    }
}
