import Foundation
import Imaging
import Testing

@Suite struct ScanCheckTests {
    static let grid = HeadCheckTests.grid

    private func codes(_ scan: Volume, _ contrast: ExpectedContrast? = .t1w) -> [String] {
        ScanCheck.examine(scan, as: contrast).reasons.map(\.code)
    }

    private func head(_ contrast: HeadPhantom.Contrast = .t1Like, stripped: Bool = false) -> Volume {
        HeadPhantom.make(grid: Self.grid, modality: contrast, seed: 3, stripped: stripped)
    }

    @Test(arguments: HeadPhantom.Contrast.allCases, [false, true]) func phantomPassesUnderItsName(
        contrast: HeadPhantom.Contrast, stripped: Bool
    ) {
        let check = ScanCheck.examine(
            head(contrast, stripped: stripped), as: contrast == .t1Like ? .t1w : .flair)
        #expect(check.reasons.isEmpty)
        #expect(check.quality.allSatisfy { $0.judgement != .fail })
        #expect(check.outline?.kind == (stripped ? .stripped : .fullHead))
    }

    @Test func wrongNameIsRefused() {
        #expect(codes(head(stripped: true), .flair) == ["CONTRAST_NOT_AS_NAMED"])
        #expect(codes(head(.flairLike), .t1w) == ["CONTRAST_NOT_AS_NAMED"])
        #expect(codes(head(), nil).isEmpty)
    }

    @Test func brightFluidIsRefusedUnderEitherName() {
        var scan = head(stripped: true)
        for i in scan.voxels.indices where scan.voxels[i] > 0 { scan.voxels[i] = max(30, 900 - scan.voxels[i]) }
        for contrast in ExpectedContrast.allCases {
            #expect(!codes(scan, contrast).isEmpty)
        }
    }

    @Test func lightNoiseAndShadingPass() {
        var scan = head()
        var noise = TestNoise()
        for i in scan.voxels.indices {
            scan.voxels[i] = abs(scan.voxels[i] * (1 + 0.1 * Float(i % Self.grid.shape.z) / 124) + 25 * noise.next())
        }
        #expect(codes(scan).isEmpty)
    }

    @Test func heavyNoiseIsRefused() {
        var scan = head(stripped: true)
        var noise = TestNoise()
        for i in scan.voxels.indices where scan.voxels[i] > 0 {
            scan.voxels[i] = abs(scan.voxels[i] + 95 * noise.next())
        }
        #expect(!codes(scan).isEmpty)
    }

    @Test func blackAndUnevenSlicesAreRefused() {
        let n = Self.grid.shape
        for (factor, step) in [(Float(0), 40), (0.8, 2)] {
            var scan = head()
            for i in 0..<n.x {
                for j in 0..<n.y { for k in stride(from: 0, to: n.z, by: step) { scan[i, j, k] *= factor } }
            }
            #expect(!codes(scan).isEmpty)
        }
    }

    @Test func ghostOfHalfTheFieldIsRefused() {
        let scan = head()
        var ghosted = scan
        let n = scan.shape
        for i in 0..<n.x {
            for j in 0..<n.y { for k in 0..<n.z { ghosted[i, j, k] += 0.3 * scan[i, (j + n.y / 2) % n.y, k] } }
        }
        let found = codes(ghosted)
        #expect(found.contains("IMAGE_GHOSTED") || found.contains("NOT_A_HEAD") || found.contains("HEAD_CUT_OFF"))
        #expect(!found.isEmpty)
    }

    @Test func clippedFlatAndCoarseImagesAreRefused() {
        var clipped = head()
        for i in clipped.voxels.indices { clipped.voxels[i] = min(clipped.voxels[i], 400) }
        #expect(codes(clipped).contains("IMAGE_SATURATED"))
        var coarse = head()
        for i in coarse.voxels.indices { coarse.voxels[i] = (coarse.voxels[i] / 60).rounded() }
        #expect(codes(coarse).contains("IMAGE_COARSELY_STORED"))
        var flat = head()
        for i in 40..<58 { for j in 50..<68 { for k in 75..<93 { flat[i, j, k] = 500 } } }
        #expect(codes(flat).contains("IMAGE_FLAT"))
    }

    @Test func slicesMadeThinAreRefused() {
        // 6 mm slices written three times, on 2 mm.
        let scan = head()
        var repeated = scan
        let n = scan.shape
        for i in 0..<n.x {
            for j in 0..<n.y { for k in 0..<n.z { repeated[i, j, k] = scan[i, j, min(k / 3 * 3 + 1, n.z - 1)] } }
        }
        #expect(codes(repeated).contains("IMAGE_INTERPOLATED"))
    }

    @Test func headTurnedRoundByItsHeaderIsRefused() {
        for stripped in [false, true] {
            var scan = head(stripped: stripped)
            scan.grid.affineRAS.column0.x *= -1
            scan.grid.affineRAS.column1.y *= -1
            #expect(codes(scan).contains("HEAD_NOT_UPRIGHT"))
        }
    }

    @Test func lightFromOneSideIsRefused() {
        var scan = head(stripped: true)
        let n = Self.grid.shape
        for i in 0..<n.x {
            for j in 0..<n.y {
                let gain = Float(exp(4.5 * (Double(j) / Double(n.y) - 0.5)))
                for k in 0..<n.z { scan[i, j, k] *= gain }
            }
        }
        #expect(codes(scan).contains("IMAGE_SHADED"))
    }

    @Test func computedTomographyIsRefused() {
        var scan = head()
        for i in scan.voxels.indices { scan.voxels[i] = scan.voxels[i] < 40 ? -1000 : 30 + scan.voxels[i] / 40 }
        #expect(!codes(scan).isEmpty)
    }

    @Test func everyCodeSaysWhatToDo() {
        for code in QualityCode.allCases { #expect(code.sentence.hasSuffix("."), "\(code.rawValue)") }
    }
}

/// The real scans on which the limits were drawn.
@Suite(.enabled(if: SharedData.isPresent, "needs real images: FCDWATCH_SHARED")) struct ScanCheckOnRealScansTests {
    @Test(arguments: [
        ("dicom/siemens_prisma_mprage_classic/", "", ExpectedContrast.t1w),
        ("dicom/siemens_xa30_enhanced_t1/", "", .t1w),
        ("nifti/brainchop/", "", .t1w),
        ("nifti/mni152/", "", .t1w),
        ("nifti/openms_mni/patient07/", "T1_", .t1w),
        ("nifti/openms_mni/patient07/", "FLAIR_", .flair),
        ("nifti/openms_mni/patient19/", "T1_", .t1w),
        ("nifti/openms_mni/patient19/", "FLAIR_", .flair),
    ]) func realScansPass(folder: String, name: String, contrast: ExpectedContrast) throws {
        let scan = try SharedData.scan(folder, name)
        #expect(ScanCheck.examine(scan, as: contrast).reasons.isEmpty)
        let other: ExpectedContrast = contrast == .t1w ? .flair : .t1w
        #expect(ScanCheck.examine(scan, as: other).reasons.map(\.code).contains("CONTRAST_NOT_AS_NAMED"))
    }
}

/// Normally distributed numbers, nearly: the sum of four uniform ones.
struct TestNoise {
    private var state: UInt64 = 12345

    mutating func next() -> Float {
        var sum: Float = -2
        for _ in 0..<4 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            sum += Float(state >> 40) / Float(1 << 24)
        }
        return sum * 1.732
    }
}
