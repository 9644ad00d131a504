import Foundation
import Imaging
import Testing

@Suite struct PreprocessingPlanTests {
    private static let phantom = HeadPhantom.make(seed: 2)
    private var head: Volume { Self.phantom }

    @Test func planIsStoredUnderStableNames() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(PreprocessingPlan.standard(.fullHead)), as: UTF8.self)
        #expect(
            text
                == #"{"anchor":"head","cutLimit":0.005,"foreground":"head","shape":[161,193,161],"spacingMM":1}"#)
        let back = try JSONDecoder().decode(PreprocessingPlan.self, from: Data(text.utf8))
        #expect(back == PreprocessingPlan.standard(.fullHead))
        #expect(PreprocessingPlan.standard(.stripped).foreground == .brain)
    }

    /// At 1 mm nothing is resampled: every prepared voxel is a voxel of the scan, after the same linear map.
    @Test(arguments: ["RAS", "LIA", "PSR"]) func matchingSpacingKeepsEveryValue(code: String) throws {
        let scan = head.reoriented(to: try #require(Orientation(code: code)))
        let prepared = try PreprocessingPlan.standard(.fullHead).prepare(scan, input: .fullHead)
        #expect(prepared.volume.shape == [161, 193, 161])
        let toScan = try #require(scan.grid.affineRAS.inverse) * prepared.volume.grid.affineRAS
        var compared = 0
        for i in stride(from: 0, to: 161, by: 7) {
            for j in stride(from: 0, to: 193, by: 5) {
                for k in stride(from: 0, to: 161, by: 3) {
                    let value = prepared.volume[i, j, k]
                    if value == 0 { continue }
                    let p = toScan([Double(i), Double(j), Double(k)])
                    let q: SIMD3<Int> = [Int(p.x.rounded()), Int(p.y.rounded()), Int(p.z.rounded())]
                    #expect(abs(p.x - Double(q.x)) + abs(p.y - Double(q.y)) + abs(p.z - Double(q.z)) < 1e-9)
                    let z = (Double(scan[q.x, q.y, q.z]) - prepared.foregroundMean) / prepared.foregroundSD
                    #expect(abs(Double(value) - z) < 1e-6)
                    compared += 1
                }
            }
        }
        #expect(compared > 10000)
    }

    @Test func foregroundHasMeanZeroAndDeviationOne() throws {
        for (plan, input) in [(PreprocessingPlan.standard(.fullHead), InputKind.fullHead)] {
            let prepared = try plan.prepare(head, input: input)
            let inside = prepared.volume.voxels.filter { $0 != 0 }.map(Double.init)
            let mean = inside.reduce(0, +) / Double(inside.count)
            let sd = (inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inside.count)).squareRoot()
            #expect(abs(mean) < 1e-3)
            #expect(abs(sd - 1) < 1e-3)
            // Air outside the head is exactly 0, although the scan has noise there.
            #expect(prepared.volume[0, 0, 160] == 0)
            #expect(inside.count > 2_000_000 && inside.count < 3_500_000)
        }
    }

    /// The vertex of the phantom is 79 mm above the origin (64 mm of brain, 15 mm of skull and skin).
    @Test func cropHangsFromTheTopOfTheHead() throws {
        let prepared = try PreprocessingPlan.standard(.fullHead).prepare(head, input: .fullHead)
        let top = prepared.volume.grid.affineRAS([80, 96, 160])
        let vertex = (0..<161).last { k in
            (0..<161).contains { i in (0..<193).contains { j in prepared.volume[i, j, k] != 0 } }
        }
        #expect(vertex == 159)
        #expect(top.z > 76 && top.z < 84)
        // The middle of the crop is the middle of the head.
        #expect(abs(top.x) <= 1.5)
        #expect(abs(top.y) <= 4)
        #expect(prepared.cutShare == 0)
        #expect(prepared.quality.allSatisfy { $0.judgement != .fail })
    }

    /// An ellipsoid of 194 mm with a small brow before it: the middle of both would cut 9 planes of occiput away. What
    /// juts out below the skull base, the jaw, has no say.
    @Test func cropShorterThanTheHeadCutsWhereItCostsLeast() throws {
        let shape: SIMD3<Int> = [80, 130, 105]
        var scan = Volume(grid: VoxelGrid(shape: shape, affineRAS: Affine(spacing: [2, 2, 2], origin: .zero)))
        var kept = [Int](repeating: 0, count: shape.y)  // Above the skull base, by plane.
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z {
                    let q = SIMD3(Double(i - 40) / 35.1, Double(j - 63) / 48.1, Double(k - 60) / 40.1)
                    let brow = abs(i - 40) <= 8 && (63...126).contains(j) && (70...78).contains(k)
                    let jaw = abs(i - 40) <= 25 && (80...126).contains(j) && (2...38).contains(k)
                    guard (q * q).sum() <= 1 || brow || jaw else { continue }
                    scan[i, j, k] = 100 + Float((i + j + k) % 7)
                    // Vertex in plane 100, vault from plane 15 to 126; 50 planes (100 mm) before, 75 behind.
                    if Double(k) >= 100 - (75 - 25 * Double(j - 15) / 111) { kept[j] += 1 }
                }
            }
        }
        let sums = (0...(shape.y - 97)).map { kept[$0..<($0 + 97)].reduce(0, +) }
        let best = try #require(sums.indices.max { sums[$0] < sums[$1] })
        let plan = PreprocessingPlan(spacingMM: 2, shape: [81, 97, 81], foreground: .brain)
        let prepared = try plan.prepare(scan, input: .stripped)
        #expect(prepared.volume.grid.affineRAS.translation.y == 2 * Double(best))
        // The middle: (15 + 126) / 2 - 48 = 22.5.
        #expect((15...18).contains(best))
        // A crop that holds all of it stays in the middle.
        var longer = plan
        longer.shape.y = 121
        let whole = try longer.prepare(scan, input: .stripped)
        #expect(abs(whole.volume.grid.affineRAS.translation.y - 2 * (70.5 - 60)) <= 2)
    }

    @Test func centreCropLosesTheVertexAndSaysSo() throws {
        // The head sits high in the image, as in a scan that shows the neck.
        var grid = HeadPhantom.standardGrid
        grid.shape.z = 240
        grid.affineRAS.translation.z = -155
        let scan = HeadPhantom.make(grid: grid)
        var plan = PreprocessingPlan.standard(.fullHead)
        plan.anchor = .centre
        let prepared = try plan.prepare(scan, input: .fullHead)
        #expect(prepared.cutShare > 0.05)
        #expect(prepared.quality.contains { $0.judgement == .fail })
        plan.anchor = .head
        #expect(try plan.prepare(scan, input: .fullHead).cutShare == 0)
    }

    @Test func brainIsPreparedFromAStrippedScan() throws {
        let brain = HeadPhantom.make(seed: 2, stripped: true)
        let prepared = try PreprocessingPlan.standard(.stripped).prepare(brain, input: .stripped)
        #expect(prepared.cutShare == 0)
        let inside = prepared.volume.voxels.filter { $0 != 0 }.count
        #expect(abs(inside - brain.voxels.filter { $0 != 0 }.count) < 40_000)
        // A shifted scan is prepared alike: the background is what is constant, not what is zero.
        let shifted = Volume(grid: brain.grid, voxels: brain.voxels.map { $0 - 300 })
        let again = try PreprocessingPlan.standard(.stripped).prepare(shifted, input: .stripped)
        #expect(again.volume.grid == prepared.volume.grid)
        #expect(zip(again.volume.voxels, prepared.volume.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func otherSpacingIsResampledOntoTheSamePlaces() throws {
        let fine = VoxelGrid(
            shape: [212, 268, 268], affineRAS: Affine(spacing: [0.83, 0.83, 0.83], origin: [-88, -105, -135]))
        let prepared = try PreprocessingPlan.standard(.fullHead).prepare(
            HeadPhantom.make(grid: fine, seed: 2), input: .fullHead)
        let reference = try PreprocessingPlan.standard(.fullHead).prepare(head, input: .fullHead)
        #expect(prepared.volume.shape == reference.volume.shape)
        for axis in 0..<3 { #expect(abs(prepared.volume.grid.spacingMM[axis] - 1) < 1e-9) }
        // Both at the same place in the world, within noise: corr over the brain.
        let there = prepared.volume.resampled(onto: reference.volume.grid, .linear)
        var (sa, sb, saa, sbb, sab, n) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for (a, b) in zip(there.voxels, reference.volume.voxels) where a != 0 && b != 0 {
            let (a, b) = (Double(a), Double(b))
            (sa, sb, saa, sbb, sab, n) = (sa + a, sb + b, saa + a * a, sbb + b * b, sab + a * b, n + 1)
        }
        let correlation = (sab - sa * sb / n) / ((saa - sa * sa / n) * (sbb - sb * sb / n)).squareRoot()
        #expect(correlation > 0.97)
    }

    @Test func obliqueScanStaysOblique() throws {
        let (c, s) = (cos(0.15), sin(0.15))
        let grid = VoxelGrid(
            shape: [190, 230, 240],
            affineRAS: Affine(
                column0: [1, 0, 0], column1: [0, c, s], column2: [0, -s, c], translation: [-94, -80, -155]))
        let prepared = try PreprocessingPlan.standard(.fullHead).prepare(HeadPhantom.make(grid: grid), input: .fullHead)
        #expect(prepared.volume.grid.affineRAS.column1 == grid.affineRAS.column1)
        #expect(prepared.cutShare < 0.005)
    }

    @Test func wholeAndNonzeroForegroundsAreThePapers() throws {
        var plan = PreprocessingPlan(spacingMM: 2, shape: [81, 97, 81], foreground: .whole)
        let scan = HeadPhantom.make(grid: HeadCheckTests.grid)
        let whole = try plan.prepare(scan, input: .fullHead)
        let mean = whole.volume.voxels.reduce(0) { $0 + Double($1) } / Double(whole.volume.voxels.count)
        #expect(abs(mean) < 1e-3)
        plan.foreground = .nonzero
        let nonzero = try plan.prepare(scan, input: .fullHead)
        // Air noise counts: the mean is lower than the head's.
        plan.foreground = .head
        #expect(nonzero.foregroundMean < (try plan.prepare(scan, input: .fullHead)).foregroundMean)
    }

    @Test func wrongKindOfInputIsRefused() throws {
        let full = #expect(throws: ImagingError.self) {
            try PreprocessingPlan.standard(.stripped).prepare(head, input: .fullHead)
        }
        #expect(full?.code == .inputKindMismatch)
        let stripped = #expect(throws: ImagingError.self) {
            try PreprocessingPlan.standard(.fullHead).prepare(head, input: .stripped)
        }
        #expect(stripped?.code == .inputKindMismatch)
    }

    @Test func emptyBrokenAndAbsurdInputIsRefused() throws {
        func code(_ plan: PreprocessingPlan, _ scan: Volume) -> ImagingError.Code? {
            #expect(throws: ImagingError.self) { try plan.prepare(scan, input: .fullHead) }?.code
        }
        let small = VoxelGrid(shape: [50, 62, 62], affineRAS: Affine(spacing: [4, 4, 4], origin: [-99, -115, -145]))
        let plan = PreprocessingPlan.standard(.fullHead)
        #expect(code(plan, Volume(grid: small)) == .emptyForeground)
        #expect(code(plan, Volume(grid: small, filledWith: 7)) == .emptyForeground)
        var broken = HeadPhantom.make(grid: small)
        broken.voxels[7] = .nan
        #expect(code(plan, broken) == .notFinite)
        for change: (inout PreprocessingPlan) -> Void in [
            { $0.spacingMM = 0 }, { $0.spacingMM = .nan }, { $0.shape.y = 4000 }, { $0.shape.x = -1 },
            { $0.cutLimit = 2 },
        ] {
            var bad = plan
            change(&bad)
            #expect(code(bad, head) == .badPlan)
        }
    }
}

/// What the crop keeps of real heads.
@Suite(.enabled(if: SharedData.isPresent, "needs real images: FCDWATCH_SHARED"))
struct PreprocessingPlanOnRealScansTests {
    @Test(arguments: [
        ("dicom/siemens_prisma_mprage_classic/", "", InputKind.fullHead),
        ("dicom/siemens_xa30_enhanced_t1/", "", .fullHead),
        ("nifti/brainchop/", "", .fullHead),
        ("nifti/mni152/", "", .stripped),
        ("nifti/openms_mni/patient07/", "T1_", .stripped),
        ("nifti/openms_mni/patient19/", "FLAIR_", .stripped),
    ]) func nothingThatMattersIsCutAway(folder: String, name: String, kind: InputKind) throws {
        let scan = try SharedData.scan(folder, name)
        let prepared = try PreprocessingPlan.standard(kind).prepare(scan, input: kind)
        #expect(prepared.cutShare < 0.002)
        #expect(prepared.quality.allSatisfy { $0.judgement != .fail })
    }
}
