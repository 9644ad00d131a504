import DICOM
import Foundation
import Imaging
import Screening
import Simulation

/// The images behind the demo's studies.
extension DemoStudies {
    /// Slices of a sagittal 3D series, and of a series of thick axial slices.
    static let sagittalSlices = 140
    static let thickSlices = 32

    /// 175 × 230 × 230 mm in voxels of 1.25 mm, turned by 3° as heads lie in scanners.
    static let sagittalGrid = grid([sagittalSlices, 184, 184], spacing: [1.25, 1.25, 1.25], tilt: 0.05)

    /// 0.9 × 0.9 × 6 mm, as 2D protocols have it.
    static let thickGrid = grid([192, 240, thickSlices], spacing: [0.9, 0.9, 6])

    /// As `sagittalGrid`, with axis 0 towards the left and no tilt: as many NIfTI files have it.
    static let leftwardGrid = grid([sagittalSlices, 184, 184], spacing: [-1.25, 1.25, 1.25])

    /// A grid about the middle of the phantom (its standard grid's), turned about the x axis by `tilt` radians.
    /// A negative spacing turns its axis round.
    private static func grid(_ shape: SIMD3<Int>, spacing: SIMD3<Double>, tilt: Double = 0) -> VoxelGrid {
        func middle(_ shape: SIMD3<Int>) -> SIMD3<Double> { (SIMD3<Double>(shape) - 1) / 2 }
        let standard = HeadPhantom.standardGrid
        var affine = Affine(
            column0: [spacing.x, 0, 0], column1: [0, spacing.y * cos(tilt), spacing.y * sin(tilt)],
            column2: [0, -spacing.z * sin(tilt), spacing.z * cos(tilt)], translation: .zero)
        affine.translation = standard.affineRAS(middle(standard.shape)) - affine(middle(shape))
        return VoxelGrid(shape: shape, affineRAS: affine)
    }

    /// A lesion that nobody could miss.
    private static var obviousLesion: LesionPlan {
        var plan = LesionPlan()
        plan.severity = 0.95...1
        plan.millilitres = 9...12
        return plan
    }

    /// Both images of a made-up head; equal seeds are one person.
    ///
    /// - Parameter isIll: with an obvious lesion; without one it is the same person in health.
    static func head(seed: UInt64, on grid: VoxelGrid = sagittalGrid, isIll: Bool = false) -> SimulatedHead {
        var acquisition = AcquisitionPlan()
        // The grids of the demo say how the head lies.
        acquisition.movedMM = 0
        acquisition.movedDegrees = 0
        var pair = acquisition.pair(seed: seed, protocolIndex: 0)
        pair.t1w.grid = grid
        pair.flair.grid = grid
        return SimulatedSubject(seed: seed, lesion: obviousLesion).scan(pair, amplitude: isIll ? 1 : 0)
    }

    /// An upright cylinder of water, 150 mm wide and 190 mm high, with a little noise: the size of a head, and none.
    static func bottle() -> Volume {
        var volume = Volume(grid: sagittalGrid)
        var noise = UInt32(7)
        for i in 0..<volume.shape.x {
            for j in 0..<volume.shape.y {
                for k in 0..<volume.shape.z {
                    let p = sagittalGrid.affineRAS(SIMD3(Double(i), Double(j), Double(k)))
                    let isInside = p.x * p.x + p.y * p.y < 75 * 75 && abs(p.z + 20) < 95
                    // Numerical Recipes' linear congruential generator; its upper byte is noise enough.
                    noise = noise &* 1_664_525 &+ 1_013_904_223
                    volume[i, j, k] = (isInside ? 900 : 5) + Float(noise >> 24) / 16
                }
            }
        }
        return volume
    }

    /// A study of an invented patient on the demo's night.
    static func study(_ number: Int, name: String) -> SyntheticStudy {
        SyntheticStudy(
            patient: SyntheticPatient(
                name: name, patientID: "DEMO-000\(number)", birthDate: "199\(number)0101", sex: "O"),
            seed: UInt64(number), date: "20260105", time: "2\(number % 3)1500", accessionNumber: "DEMO-A\(number)")
    }
}
