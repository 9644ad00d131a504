import Foundation
import Imaging
import Testing

@Suite struct HeadCheckTests {
    /// 2 mm, which is what the check works on.
    static let grid = VoxelGrid(
        shape: [100, 124, 124], affineRAS: Affine(spacing: [2, 2, 2], origin: [-99, -115, -145]))

    @Test(arguments: HeadPhantom.Contrast.allCases, [false, true]) func phantomIsAHead(
        contrast: HeadPhantom.Contrast, stripped: Bool
    ) {
        let phantom = HeadPhantom.make(grid: Self.grid, modality: contrast, seed: 3, stripped: stripped)
        let check = HeadCheck.examine(phantom)
        #expect(check.isHead)
        #expect(check.inputKind == (stripped ? .stripped : .fullHead))
        #expect(check.reasons.isEmpty)
        #expect(check.quality.allSatisfy { $0.judgement != .fail })
    }

    @Test(arguments: ["LIA", "PSR", "RAS"]) func orientationDoesNotMatter(code: String) throws {
        let phantom = HeadPhantom.make(grid: Self.grid, seed: 5)
        let turned = phantom.reoriented(to: try #require(Orientation(code: code)))
        #expect(HeadCheck.examine(turned) == HeadCheck.examine(phantom))
    }

    @Test(arguments: ["zeros", "constant", "noise", "smooth noise", "ball", "box", "bottle", "ball of noise"])
    func otherThingsAreNoHeads(kind: String) {
        let check = HeadCheck.examine(thing(kind))
        #expect(!check.isHead)
        #expect(check.inputKind == nil)
        #expect(check.reasons.map(\.code).contains("NOT_A_HEAD"))
        #expect(check.reasons.allSatisfy { $0.message.contains("send") || $0.message.contains("Check") })
    }

    @Test(arguments: ["zeros", "constant", "noise", "ball"]) func otherThingsOnAClearedBackgroundAreNoHeads(
        kind: String
    ) {
        var volume = thing(kind)
        for i in volume.voxels.indices where volume.voxels[i] < 60 { volume.voxels[i] = 0 }
        #expect(!HeadCheck.examine(volume).isHead)
    }

    @Test func headAtTheBorderIsCutOff() throws {
        var grid = Self.grid
        grid.shape.z = 98
        let vertexLost = HeadCheck.examine(HeadPhantom.make(grid: grid))
        #expect(vertexLost.reasons.map(\.code) == ["HEAD_CUT_OFF"])
        // The image ends 118 mm below the vertex, above the floor of the skull at the back.
        grid.affineRAS.translation.z = -40
        grid.shape.z = 90
        #expect(HeadCheck.examine(HeadPhantom.make(grid: grid)).reasons.map(\.code) == ["HEAD_CUT_OFF"])
    }

    @Test func headWithoutItsFacePasses() {
        var scan = HeadPhantom.make(grid: Self.grid, seed: 3)
        let n = Self.grid.shape
        // All that lies in front of a steep plane below the brow.
        for i in 0..<n.x {
            for j in 0..<n.y {
                for k in 0..<n.z where 1.2 * Double(j - 62) > Double(k - 56) && k < 62 { scan[i, j, k] = 0 }
            }
        }
        #expect(HeadCheck.examine(scan).reasons.isEmpty)
    }

    @Test func fewSlicesAreCutOff() {
        var grid = Self.grid
        grid.shape.z = 5
        grid.affineRAS.translation.z = 10
        #expect(HeadCheck.examine(HeadPhantom.make(grid: grid)).reasons.map(\.code) == ["HEAD_CUT_OFF"])
    }

    @Test func thickSlicesAreRefused() {
        let grid = VoxelGrid(shape: [200, 240, 60], affineRAS: Affine(spacing: [1, 1, 4], origin: [-99, -115, -145]))
        #expect(HeadCheck.examine(HeadPhantom.make(grid: grid)).reasons.map(\.code).contains("VOXELS_TOO_LARGE"))
    }

    @Test func kindIsComparedWithTheModels() {
        let check = HeadCheck.examine(HeadPhantom.make(grid: Self.grid))
        #expect(check.mismatch(with: .fullHead) == nil)
        #expect(check.mismatch(with: .stripped)?.code == "INPUT_KIND_MISMATCH")
    }

    @Test func tinyAndBrokenVolumesAreNoHeads() {
        for shape: SIMD3<Int> in [[1, 1, 1], [2, 3, 4], [1, 300, 300], [300, 1, 2]] {
            let grid = VoxelGrid(shape: shape, affineRAS: .identity)
            let volume = Volume(grid: grid, voxels: (0..<grid.voxelCount).map { Float($0 % 7) })
            #expect(!HeadCheck.examine(volume).isHead)
        }
        for bad in [Float.nan, .infinity, 3e38, -3e38] {
            var volume = HeadPhantom.make(
                grid: VoxelGrid(
                    shape: [50, 62, 62], affineRAS: Affine(spacing: [4, 4, 4], origin: [-99, -115, -145])))
            volume.voxels[1000] = bad
            #expect(!HeadCheck.examine(volume).isHead)
        }
    }

    @Test func isCodable() throws {
        let check = HeadCheck.examine(thing("ball"))
        let back = try JSONDecoder().decode(HeadCheck.self, from: JSONEncoder().encode(check))
        #expect(back == check)
    }

    private func thing(_ kind: String) -> Volume {
        var volume = Volume(grid: Self.grid)
        var state: UInt64 = 99
        func noise() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        let n = volume.shape
        for i in 0..<n.x {
            for j in 0..<n.y {
                for k in 0..<n.z {
                    let p = SIMD3<Double>(Double(i) - 49.5, Double(j) - 61.5, Double(k) - 61.5) * 2
                    let q = p / SIMD3(75, 95, 90)
                    let inBall = (q * q).sum() < 1
                    let value: Float =
                        switch kind {
                        case "zeros": 0
                        case "constant": 500
                        case "noise": noise() * 1000
                        case "smooth noise": 500 + 200 * Float(sin(p.x / 9) * sin(p.y / 7) * cos(p.z / 8))
                        case "ball": inBall ? 500 + 30 * noise() : 20 * noise()
                        case "ball of noise": inBall ? 300 + 600 * noise() : 20 * noise()
                        case "box": abs(p.x) < 70 && abs(p.y) < 80 && abs(p.z) < 80 ? 500 + 40 * noise() : 20 * noise()
                        default:
                            // A bottle, brighter towards the coil.
                            p.x * p.x + p.y * p.y < 75 * 75 && abs(p.z) < 100
                                ? 500 + 3 * Float(p.y) + 30 * noise() : 20 * noise()
                        }
                    volume[i, j, k] = value
                }
            }
        }
        return volume
    }
}

/// The real scans on which the limits were drawn.
@Suite(.enabled(if: SharedData.isPresent, "needs real images: FCDWATCH_SHARED")) struct HeadCheckOnRealScansTests {
    @Test(arguments: [
        ("dicom/siemens_prisma_mprage_classic/", "", InputKind.fullHead),
        ("dicom/siemens_xa30_enhanced_t1/", "", .fullHead),
        ("nifti/brainchop/", "", .fullHead),
        ("nifti/mni152/", "", .stripped),
        ("nifti/openms_mni/patient07/", "T1_", .stripped),
        ("nifti/openms_mni/patient07/", "FLAIR_", .stripped),
        ("nifti/openms_mni/patient19/", "T1_", .stripped),
        ("nifti/openms_mni/patient19/", "FLAIR_", .stripped),
    ]) func realHeadsPass(folder: String, name: String, kind: InputKind) throws {
        let check = HeadCheck.examine(try SharedData.scan(folder, name))
        #expect(check.inputKind == kind)
        #expect(check.reasons.isEmpty)
    }

    @Test func realBottleIsNoHead() throws {
        let check = HeadCheck.examine(try SharedData.scan("dicom/siemens_jpegll_fragmented_phantom/"))
        #expect(check.reasons.map(\.code) == ["NOT_A_HEAD"])
        // By more than one feature.
        #expect(check.quality.filter { $0.judgement == .fail }.count >= 2)
    }

    @Test(arguments: ["FLAIR", "T1W"]) func thickSlicesAreRefused(name: String) throws {
        let check = HeadCheck.examine(try SharedData.scan("nifti/openms_raw/patient12/", name))
        #expect(check.reasons.map(\.code).contains("VOXELS_TOO_LARGE"))
    }

    @Test func brainMaskIsNoHead() throws {
        #expect(!HeadCheck.examine(try SharedData.scan("nifti/deepfcd_sub-00055/", "brain_mask")).isHead)
    }
}
