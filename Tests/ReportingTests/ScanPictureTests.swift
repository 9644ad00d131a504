import Imaging
import Reporting
import Testing

@Suite struct ScanPictureTests {
    private let grid = VoxelGrid(shape: [12, 14, 10], affineRAS: Affine(spacing: [8, 8, 8], origin: [-44, -52, -36]))

    private func code(_ work: () throws -> ScanPicture) -> ReportingError.Code? {
        do {
            _ = try work()
            return nil
        } catch {
            return (error as? ReportingError)?.code
        }
    }

    @Test func heatOnAnotherGridIsRefused() {
        let scan = Volume(grid: grid, filledWith: 1)
        var moved = grid
        moved.affineRAS.translation.x += 8
        #expect(code { try ScanPicture(scan: scan, heat: Volume(grid: moved)) } == .gridMismatch)
        #expect(
            code {
                try ScanPicture(scan: scan, heat: Volume(grid: VoxelGrid(shape: [5, 5, 5], affineRAS: grid.affineRAS)))
            }
                == .gridMismatch)
        #expect(code { try ScanPicture(scan: scan, heat: Volume(grid: grid)) } == nil)
    }

    @Test func affineWithoutInverseIsRefused() {
        let flat = VoxelGrid(shape: [4, 4, 4], affineRAS: Affine(spacing: [1, 1, 0]))
        #expect(code { try ScanPicture(scan: Volume(grid: flat), heat: nil) } == .badGeometry)
    }

    @Test func flatOrNegativeMapIsNoHeat() throws {
        let scan = Volume(grid: grid, filledWith: 1)
        #expect(try ScanPicture(scan: scan, heat: Volume(grid: grid, filledWith: -2)).heat == nil)
        #expect(try ScanPicture(scan: scan, heat: Volume(grid: grid, filledWith: 0)).rawMaximum == nil)
    }

    @Test func imagesThatAreConstantOrNotNumbersAreStillDrawn() throws {
        for value in [Float.nan, 0, .infinity, -3] {
            let picture = try ScanPicture(scan: Volume(grid: grid, filledWith: value), heat: nil)
            for plane in Plane.allCases {
                let raster = SliceFigure(
                    picture: picture, label: "FLAIR", plane: plane, pointRASMM: [0, 0, 0], overlay: true
                ).draw()
                #expect(raster.width > 400)
            }
            #expect(LightBox(picture: picture).draw().width > 800)
        }
    }

    @Test func windowKeepsABrightLesionOfAStrippedBrainBelowWhite() {
        var volume = Volume(grid: VoxelGrid(shape: [40, 40, 40], affineRAS: .identity))
        for at in 0..<10_000 { volume.voxels[at] = Float(300 + at % 200) }
        for at in 0..<100 { volume.voxels[at * 90] = 900 }
        let window = DisplayWindow(fitting: volume)
        #expect(window.black == 0)
        #expect(window.white == 900)
    }
}
