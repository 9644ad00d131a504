import Imaging
import Simulation
import Testing

@Suite struct SimulatedHeadTests {
    @Test func aHeadCarriesTheVolumeOfItsLesion() {
        let volume = Volume(grid: VoxelGrid(shape: [2, 2, 2], affineRAS: Affine(spacing: .one, origin: .zero)))
        let head = SimulatedHead(t1w: volume, flair: volume, lesion: volume, brain: volume, lesionMillilitres: 3)
        #expect(head.lesionMillilitres == 3)
    }
}
