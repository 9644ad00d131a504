import Foundation
import Imaging
import Testing

@Suite struct NIfTIHeaderParserTests {
    private func refusal(version: Int = 1, _ change: (inout RawNIfTI) -> Void) throws -> ImagingError.Code? {
        var raw = RawNIfTI(version: version)
        change(&raw)
        return try ImagingTests.refusal(raw.bytes)
    }

    @Test(arguments: [1, 2]) func soundHeaderIsRead(version: Int) throws {
        #expect(try refusal(version: version) { _ in } == nil)
        #expect(try refusal(version: version) { $0.bigEndian = true } == nil)
        #expect(try refusal(version: version) { $0.dim = [5, 4, 3, 2, 1, 1, 1, 1] } == nil)
        #expect(try refusal(version: version) { $0.units = 0 } == nil)
    }

    @Test(arguments: [1, 2]) func wrongCountsAreRefused(version: Int) throws {
        #expect(try refusal(version: version) { $0.dim = [3, -4, 3, 2, 1, 1, 1, 1] } == .badHeader)
        #expect(try refusal(version: version) { $0.dim = [3, 0, 3, 2, 1, 1, 1, 1] } == .badHeader)
        #expect(try refusal(version: version) { $0.dim = [0, 4, 3, 2, 1, 1, 1, 1] } == .badHeader)
        #expect(try refusal(version: version) { $0.dim = [9, 4, 3, 2, 1, 1, 1, 1] } == .badHeader)
        #expect(try refusal(version: version) { $0.dim = [2, 4, 3, 1, 1, 1, 1, 1] } == .notThreeDimensional)
        #expect(try refusal(version: version) { $0.dim = [4, 4, 3, 2, 2, 1, 1, 1] } == .notThreeDimensional)
        #expect(try refusal(version: version) { $0.dim = [3, 513, 3, 2, 1, 1, 1, 1] } == .tooLarge)
        #expect(try refusal(version: version) { $0.dim = [3, 512, 512, 512, 1, 1, 1, 1] } == .truncated)
    }

    /// Counts whose product wraps around in 64 bits.
    @Test func countsThatOverflowAreRefused() throws {
        #expect(try refusal(version: 2) { $0.dim = [3, 1 << 32, 1 << 32, 4, 1, 1, 1, 1] } == .tooLarge)
        #expect(try refusal(version: 2) { $0.dim = [3, Int.max, 2, 2, 1, 1, 1, 1] } == .tooLarge)
        #expect(try refusal(version: 2) { $0.dim = [Int.min, 4, 2, 2, 1, 1, 1, 1] } == .badHeader)
    }

    @Test func otherTypesAreRefused() throws {
        for (code, bits) in [(1, 1), (32, 64), (128, 24), (1024, 64), (1536, 128), (0, 0), (-4, 16)] {
            #expect(try refusal { ($0.datatype, $0.bitpix) = (code, bits) } == .unsupportedType)
        }
        #expect(try refusal { $0.bitpix = 16 } == .badHeader)
    }

    @Test(arguments: [1, 2]) func voxelOffsetIsChecked(version: Int) throws {
        #expect(try refusal(version: version) { $0.voxelOffset = 0 } == .badHeader)
        #expect(try refusal(version: version) { $0.voxelOffset = -352 } == .badHeader)
        #expect(try refusal(version: version) { $0.voxelOffset = 1e15 } == .badHeader)
        #expect(try refusal(version: version) { $0.voxelOffset = 5000 } == .truncated)
        #expect(try refusal { $0.voxelOffset = .nan } == .badHeader)
    }

    @Test func magicAndSizeAreChecked() throws {
        #expect(try refusal { $0.magic = [0x6e, 0x69, 0x31, 0] } == .notNIfTI)
        #expect(try refusal { $0.magic = [0, 0, 0, 0] } == .notNIfTI)
        #expect(try refusal(version: 2) { $0.magic = [0x6e, 0x2b, 0x32, 0, 0x0a, 0x0a, 0x1a, 0x0a] } == .notNIfTI)
        #expect(try ImagingTests.refusal([UInt8](repeating: 7, count: 4000)) == .notNIfTI)
        #expect(try ImagingTests.refusal(Array(RawNIfTI().bytes.prefix(200))) == .truncated)
        #expect(try ImagingTests.refusal(Array(RawNIfTI(version: 2).bytes.prefix(400))) == .truncated)
        #expect(try ImagingTests.refusal([]) == .truncated)
    }

    @Test(arguments: [1, 2]) func badAffinesAreRefused(version: Int) throws {
        #expect(try refusal(version: version) { $0.sform[0] = .nan } == .badHeader)
        #expect(try refusal(version: version) { $0.sform[3] = .infinity } == .badHeader)
        #expect(try refusal(version: version) { $0.sform[0] = 0 } == .badHeader)
        #expect(try refusal(version: version) { $0.sform[0] = 1e6 } == .badHeader)
        #expect(try refusal(version: version) { $0.sform = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0] } == .badHeader)
        #expect(try refusal(version: version) { $0.units = 1 } == .badHeader)
        #expect(try refusal(version: version) { $0.slope = .nan } == .badHeader)
        #expect(try refusal(version: version) { ($0.slope, $0.inter) = (1, .infinity) } == .badHeader)
    }

    @Test func shearOverOneDegreeIsRefused() throws {
        #expect(try refusal { $0.sform[1] = tan(0.9 * .pi / 180) } == nil)
        #expect(try refusal { $0.sform[1] = tan(1.1 * .pi / 180) } == .badHeader)
    }

    @Test(arguments: [1, 2]) func noPositionIsRefused(version: Int) throws {
        #expect(try refusal(version: version) { ($0.qformCode, $0.sformCode) = (0, 0) } == .noOrientation)
        #expect(try refusal(version: version) { ($0.qformCode, $0.sformCode) = (0, -1) } == .noOrientation)
        #expect(try refusal(version: version) { ($0.qformCode, $0.sformCode) = (1, 0) } == nil)
    }

    @Test func disagreeingFormsAreRefused() throws {
        // 0.9 mm and 1.1 mm apart.
        #expect(try refusal { ($0.qformCode, $0.qoffset) = (1, [0.9, 0, 0]) } == nil)
        #expect(try refusal { ($0.qformCode, $0.qoffset) = (1, [1.1, 0, 0]) } == .conflictingOrientation)
        // Half-angle quaternions of 1.9° and 2.1° about z; the corners of so small a volume move less than 1 mm.
        let half = { (degrees: Double) in sin(degrees / 2 * .pi / 180) }
        #expect(try refusal { ($0.qformCode, $0.quatern) = (1, [0, 0, half(1.9)]) } == nil)
        #expect(try refusal { ($0.qformCode, $0.quatern) = (1, [0, 0, half(2.1)]) } == .conflictingOrientation)
        // A mirrored image: the third axis by qfac.
        #expect(try refusal { ($0.qformCode, $0.pixdim) = (1, [-1, 1, 1, 1, 0, 0, 0, 0]) } == .conflictingOrientation)
        // Broken qform beside a sound sform.
        #expect(try refusal { ($0.qformCode, $0.quatern) = (1, [0.9, 0.9, 0]) } == .badHeader)
        #expect(try refusal { ($0.qformCode, $0.pixdim) = (1, [1, 1, -1, 1, 0, 0, 0, 0]) } == .badHeader)
    }

    @Test func qformWithQfacGivesItsAffine() throws {
        // 90° about x: (b, c, d) = (√½, 0, 0); y of the file runs up, z runs back, and qfac -1 turns it forward.
        var raw = RawNIfTI(version: 2)
        (raw.qformCode, raw.sformCode) = (1, 0)
        raw.quatern = [Double(0.5).squareRoot(), 0, 0]
        raw.qoffset = [-10, 20, 30]
        raw.pixdim = [-1, 2, 3, 4, 0, 0, 0, 0]
        try withTemporaryFolder { folder in
            let path = folder + "/x.nii"
            try Data(raw.bytes).write(to: URL(fileURLWithPath: path))
            let m = try NIfTIFile.readHeader(path).grid.affineRAS.rowMajor
            let expected: [Double] = [2, 0, 0, -10, 0, 0, 4, 20, 0, 3, 0, 30, 0, 0, 0, 1]
            #expect(zip(m, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        }
    }

    /// Random bytes in the header, from a fixed seed: each file is read or refused, none traps.
    @Test(arguments: [1, 2]) func randomDamageIsReadOrRefused(version: Int) throws {
        let sound = RawNIfTI(version: version).bytes
        var state: UInt64 = 7
        func random(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        var refused = 0
        try withTemporaryFolder { folder in
            let url = URL(fileURLWithPath: folder + "/x.nii")
            for _ in 0..<1000 {
                var bytes = sound
                for _ in 0...random(6) { bytes[random(bytes.count)] = UInt8(random(256)) }
                try Data(bytes).write(to: url)
                do {
                    let image = try NIfTIFile.read(url.path)
                    #expect(image.volume.isComputable)
                } catch is ImagingError {
                    refused += 1
                }
            }
        }
        #expect(refused > 100 && refused < 1000)
    }
}
