import Imaging
import Testing

@Suite struct HeadPhantomTests {
    private let grid = VoxelGrid(
        shape: [59, 75, 75], affineRAS: Affine(spacing: [3, 3, 3], origin: [-87, -105, -135]))

    @Test func seedDecidesEveryVoxel() {
        let a = HeadPhantom.make(grid: grid, seed: 11)
        #expect(a == HeadPhantom.make(grid: grid, seed: 11))
        #expect(a.voxels != HeadPhantom.make(grid: grid, seed: 12).voxels)
    }

    @Test func tissuesHaveTheOrderOfTheContrast() {
        func mean(_ contrast: HeadPhantom.Contrast, _ place: SIMD3<Double>) -> Float {
            let box = VoxelGrid(shape: [4, 4, 4], affineRAS: Affine(spacing: .one, origin: place - 1.5))
            let values = HeadPhantom.make(grid: box, modality: contrast).voxels
            return values.reduce(0, +) / Float(values.count)
        }
        let (white, fluid, putamen): (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>) = (
            [24, -5, 26], [11, 4, 14], [27, 4, 2]
        )
        #expect(mean(.t1Like, white) > mean(.t1Like, putamen))
        #expect(mean(.t1Like, putamen) > mean(.t1Like, fluid) * 2)
        #expect(mean(.flairLike, putamen) > mean(.flairLike, white))
        #expect(mean(.flairLike, white) > mean(.flairLike, fluid) * 2)
        #expect(mean(.t1Like, [0, 0, 110]) < 30)
    }

    @Test func lesionIsBrighterOnFlairWhereItWasAskedFor() {
        let place: SIMD3<Double> = [36, 10, 36]
        let box = VoxelGrid(shape: [13, 13, 13], affineRAS: Affine(spacing: .one, origin: place - 6))
        func mean(_ lesion: SIMD3<Double>?) -> Float {
            HeadPhantom.make(grid: box, modality: .flairLike, lesionAt: lesion).voxels.reduce(0, +)
                / Float(13 * 13 * 13)
        }
        #expect(mean(place) > mean(nil) + 50)
        #expect(mean([-36, 10, 36]) == mean(nil))
    }

    @Test func strippedPhantomHasAClearedBackground() {
        let brain = HeadPhantom.make(grid: grid, stripped: true)
        let zeros = brain.voxels.filter { $0 == 0 }.count
        #expect(Double(zeros) / Double(brain.voxels.count) > 0.7)
        #expect(brain.voxels.filter { $0 > 0 }.count > 30_000)
    }

    @Test func gridMayLieAnyhow() throws {
        // The same places through another grid: the same tissue but for noise.
        let turned = HeadPhantom.make(grid: grid).reoriented(to: try #require(Orientation(code: "LIA")))
        let direct = HeadPhantom.make(grid: turned.grid)
        let difference = zip(turned.voxels, direct.voxels).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
        #expect(difference / Double(direct.voxels.count) < 25)
    }
}
