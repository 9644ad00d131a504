import ConvNet
import Imaging
import Screening
import Testing

@Suite struct HeatmapSummaryTests {
    private func distance(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { ((a - b) * (a - b)).sum().squareRoot() }

    @Test(arguments: ["LAS", "LIA", "oblique"])
    func oneHotMapPeaksAtItsCellsCentre(name: String) throws {
        let scan = try #require(HeatmapTests.scans[name])
        for cell: SIMD3<Int> in [[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 1, 0], [2, 1, 1]] {
            let map = Samples.oneHot(at: cell)
            let centre = SIMD3<Double>(-16 + 16 * Double(cell.x), -40 + 32 * Double(cell.y), -20 + 32 * Double(cell.z))
            let peaks = Heatmap.peaks(of: map, scan: scan)
            try #require(peaks.count == 1)
            #expect(distance(peaks[0].positionRASMM, centre) < 1e-9)
            let voxel = SIMD3<Double>(peaks[0].voxel)
            #expect(distance(scan.affineRAS(voxel), centre) < 0.5 * 3.0.squareRoot() * 1.1 + 1e-9)
            #expect(peaks[0].value == 1)
            #expect(peaks[0].normalised == 1)

            // Inside the hull and along the scan's axes, the published volume peaks at the same voxel.
            guard cell == [1, 1, 1], name != "oblique" else { continue }
            let placed = Heatmap.onScan(map.volume, scan: scan)
            let largest = try #require(placed.voxels.max())
            #expect(placed[peaks[0].voxel.x, peaks[0].voxel.y, peaks[0].voxel.z] == largest)
        }
    }

    /// Voxels at the cells' own places: the volume's maximum itself is on the centre, for flipped and turned axes.
    @Test(arguments: ["LAS", "LIA", "oblique"])
    func volumePeaksWithinHalfAMillimetre(name: String) throws {
        var scan = try #require(HeatmapTests.scans[name])
        let map = Samples.oneHot(at: [1, 1, 1])
        let centre = map.volume.grid.affineRAS([1, 1, 1])
        let inverse = try #require(scan.affineRAS.inverse)
        let nearest = inverse(centre).rounded(.toNearestOrAwayFromZero)
        scan.affineRAS.translation += centre - scan.affineRAS(nearest)
        let placed = Heatmap.onScan(map.volume, scan: scan)
        let at = try #require(placed.voxels.indices.max { placed.voxels[$0] < placed.voxels[$1] })
        let voxel = SIMD3<Double>(
            Double(at / (scan.shape.y * scan.shape.z)), Double(at / scan.shape.z % scan.shape.y),
            Double(at % scan.shape.z))
        #expect(distance(scan.affineRAS(voxel), centre) < 0.5)
    }

    @Test func peaksAreStrongestFirstAndNotNeighbours() throws {
        let scan = try #require(HeatmapTests.scans["LAS"])
        var map = Samples.oneHot(at: [0, 0, 0])
        map.volume[0, 0, 1] = 0.9  // beside the strongest
        map.volume[2, 2, 2] = 0.5
        map.volume[0, 2, 0] = 0.7
        map.volume[2, 0, 0] = -3
        let peaks = Heatmap.peaks(of: map, scan: scan)
        #expect(peaks.map { Float($0.value) } == [1, 0.7, 0.5])
        #expect(peaks.map { Float($0.normalised) } == [1, 0.7, 0.5])
        #expect(Heatmap.peaks(of: map, scan: scan, limit: 2).count == 2)
    }

    @Test func cellBesideTheScanStandsAtTheNearestVoxel() {
        // The scan ends 4 mm short of the cells at x = 16.
        let scan = VoxelGrid(
            shape: [29, 65, 65], affineRAS: Affine(spacing: .one, origin: [-16, -40, -20]))
        let peaks = Heatmap.peaks(of: Samples.oneHot(at: [2, 1, 1]), scan: scan)
        #expect(peaks.count == 1)
        #expect(peaks.first?.voxel == [28, 32, 32])
        #expect(peaks.first?.positionRASMM == [12, -8, 12])
        #expect(peaks.first?.value == 0.75)
    }

    @Test func flatAndNegativeMapsHaveNoPeak() throws {
        let scan = try #require(HeatmapTests.scans["LAS"])
        for value: Float in [0, 0.2, -0.2] {
            var map = Samples.oneHot(at: [0, 0, 0])
            for v in map.volume.voxels.indices { map.volume.voxels[v] = v % 3 == 0 ? value : value.nextUp }
            if value == 0 { map.volume = Volume(grid: map.volume.grid) }
            #expect(Heatmap.peaks(of: map, scan: scan).isEmpty, "\(value)")
        }
    }

    @Test func summaryNamesCellsAndSpread() throws {
        let scan = try #require(HeatmapTests.scans["LAS"])
        let members = [Samples.oneHot(at: [1, 1, 1]), Samples.oneHot(at: [1, 1, 0]), Samples.oneHot(at: [0, 1, 1])]
        let summary = Heatmap.summary(mean: RawMap.mean(of: members), members: members, scan: scan)
        #expect(summary.layer == "layer4")
        #expect(summary.cellSizeMM == [16, 32, 32])
        #expect(summary.cells == [3, 3, 3])
        #expect(abs(summary.maximum - 1.0 / 3) < 1e-7)
        let spread = try #require(summary.memberPeakSpreadMM)
        #expect(abs(spread - (16 * 16 + 32 * 32.0).squareRoot()) < 1e-9)
        let alone = Heatmap.summary(mean: members[0], members: [members[0]], scan: scan)
        #expect(alone.memberPeakSpreadMM == nil)
    }
}
