import Foundation
import Imaging
import Testing

@Suite struct NIfTIFileTests {
    /// Stored numbers 0…23, first index fastest, in every type and byte order, with a scale.
    @Test(arguments: NIfTIDatatype.allCases, [false, true]) func everyTypeIsRead(
        type: NIfTIDatatype, bigEndian: Bool
    ) throws {
        for version in [1, 2] {
            var raw = RawNIfTI(version: version, bigEndian: bigEndian)
            (raw.datatype, raw.bitpix) = (type.rawValue, type.byteCount * 8)
            let isReal = type == .float32 || type == .float64
            let signed = type != .uint8 && type != .uint16 && type != .uint32
            raw.voxels = (0..<24).flatMap { n in
                let value = signed ? n - 12 : n
                return isReal ? raw.real(Double(value), type.byteCount) : raw.integer(value, type.byteCount)
            }
            (raw.slope, raw.inter) = (2, 0.5)
            try withTemporaryFolder { folder in
                let path = folder + "/x.nii"
                try Data(raw.bytes).write(to: URL(fileURLWithPath: path))
                let image = try NIfTIFile.read(path)
                #expect(image.header.byteSwapped == bigEndian)
                #expect(image.header.version == version)
                for i in 0..<4 {
                    for j in 0..<3 {
                        for k in 0..<2 {
                            let stored = i + 4 * (j + 3 * k) - (signed ? 12 : 0)
                            #expect(image.volume[i, j, k] == Float(stored) * 2 + 0.5)
                        }
                    }
                }
            }
        }
    }

    @Test func slopeOfZeroMeansNoScale() throws {
        var raw = RawNIfTI()
        (raw.slope, raw.inter) = (0, 99)
        raw.voxels = (0..<24).flatMap { raw.real(Double($0), 4) }
        try withTemporaryFolder { folder in
            try Data(raw.bytes).write(to: URL(fileURLWithPath: folder + "/x.nii"))
            #expect(try NIfTIFile.read(folder + "/x.nii").volume[3, 2, 1] == 23)
        }
    }

    @Test(arguments: [".nii", ".nii.gz"]) func writtenImageIsReadBackExactly(suffix: String) throws {
        let image = oblique()
        try withTemporaryFolder { folder in
            let path = folder + "/out" + suffix
            try NIfTIFile.write(image, to: path, description: "test")
            let back = try NIfTIFile.read(path)
            #expect(back.volume.voxels == image.voxels)
            #expect(back.header.gzipped == (suffix == ".nii.gz"))
            #expect(back.header.sformCode == 1)
            #expect(back.header.qformCode == 1)
            let want = image.grid.affineRAS.rowMajor.map { Double(Float($0)) }
            #expect(back.volume.grid.affineRAS.rowMajor == want)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out" + suffix])
        }
    }

    /// A mirrored grid (negative determinant) needs qfac; reading compares qform and sform.
    @Test(arguments: [NIfTIDatatype.uint8, .int16, .float32]) func wholeNumbersAreWrittenInSmallerTypes(
        type: NIfTIDatatype
    ) throws {
        let values: [Float] = (0..<60).map { type == .uint8 ? Float($0 * 4) : Float($0 * 1000 - 30_000) }
        let grid = VoxelGrid(shape: [3, 4, 5], affineRAS: Affine(spacing: [1, 2, 3], origin: [4, 5, 6]))
        try withTemporaryFolder { folder in
            let path = folder + "/a.nii"
            try NIfTIFile.write(Volume(grid: grid, voxels: values), to: path, type: type)
            let back = try NIfTIFile.read(path)
            #expect(back.volume == Volume(grid: grid, voxels: values) && back.header.datatype == type)
            let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(bytes == 352 + 60 * type.byteCount)
        }
    }

    @Test(arguments: [(NIfTIDatatype.uint8, Float(-1)), (.uint8, 256), (.uint8, 0.5), (.int16, 32_768), (.int32, 1)])
    func aValueThatTheTypeDoesNotHoldIsRefused(type: NIfTIDatatype, value: Float) throws {
        let grid = VoxelGrid(shape: [1, 1, 1], affineRAS: .identity)
        try withTemporaryFolder { folder in
            let error = #expect(throws: ImagingError.self) {
                try NIfTIFile.write(Volume(grid: grid, filledWith: value), to: folder + "/a.nii", type: type)
            }
            #expect(error?.code == .unwritable)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test(arguments: ["LAS", "RAS", "LIA", "PSR", "ASL"]) func everyHandednessIsWritten(code: String) throws {
        let image = oblique().reoriented(to: try #require(Orientation(code: code)))
        try withTemporaryFolder { folder in
            try NIfTIFile.write(image, to: folder + "/a.nii")
            let back = try NIfTIFile.read(folder + "/a.nii")
            #expect(back.header.qformCode == 1)
            #expect(back.volume.voxels == image.voxels)
        }
    }

    @Test func shearedGridIsWrittenWithoutQform() throws {
        var image = oblique()
        image.grid.affineRAS = Affine(
            column0: [1, 0, 0], column1: [0.01, 1, 0], column2: [0, 0, 1], translation: .zero)
        try withTemporaryFolder { folder in
            try NIfTIFile.write(image, to: folder + "/a.nii.gz")
            #expect(try NIfTIFile.readHeader(folder + "/a.nii.gz").qformCode == 0)
        }
    }

    @Test func truncatedFilesAreRefused() throws {
        let bytes = RawNIfTI().bytes
        #expect(try refusal(bytes) == nil)
        #expect(try refusal(Array(bytes.dropLast())) == .truncated)
        try withTemporaryFolder { folder in
            let path = folder + "/a.nii.gz"
            try NIfTIFile.write(noise(), to: path)
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            #expect(try refusal(whole, name: "a.nii.gz") == nil)
            for cut in [1, 8, 12, whole.count / 2, whole.count - 100] {
                #expect(try refusal(Array(whole.dropLast(cut)), name: "a.nii.gz") == .truncated)
            }
        }
    }

    /// A stream that cannot be unpacked or fails its checksum was damaged, however many bytes came out of it.
    @Test func damagedStreamIsToldFromATruncatedOne() throws {
        func error(_ bytes: [UInt8]) throws -> ImagingError? {
            try withTemporaryFolder { folder in
                let path = folder + "/a.nii.gz"
                try Data(bytes).write(to: URL(fileURLWithPath: path))
                return #expect(throws: ImagingError.self) { try NIfTIFile.read(path) }
            }
        }
        var cases = [storedGzip(RawNIfTI().bytes, checksum: 0)]
        try withTemporaryFolder { folder in
            let path = folder + "/a.nii.gz"
            try NIfTIFile.write(noise(), to: path)
            let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            for at in [11, whole.count / 2, whole.count - 6] {
                cases.append(whole)
                cases[cases.count - 1][at] ^= 0x16
            }
        }
        for bytes in cases {
            let found = try error(bytes)
            #expect(found?.code.rawValue == "NIFTI_DAMAGED")
            #expect(found?.message.contains("damaged") == true)
            #expect(found?.message.contains("0 bytes") == false)
        }
        // Voxels and stream are whole, but the checksum is cut off.
        let cut = try error(Array(storedGzip(RawNIfTI().bytes).dropLast(5)))
        #expect(cut?.code == .truncated)
        #expect(cut?.message.contains("0 bytes") == false)
        #expect(try refusal(storedGzip(RawNIfTI().bytes), name: "a.nii.gz") == nil)
    }

    @Test func contentDecidesWhetherItIsCompressed() throws {
        try withTemporaryFolder { folder in
            try NIfTIFile.write(noise(), to: folder + "/a.nii.gz")
            let compressed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/a.nii.gz")))
            #expect(try refusal(compressed, name: "5d41402abc4b2a76b9719d911017c592") == nil)
        }
        #expect(try refusal(RawNIfTI().bytes, name: "plain.nii.gz") == nil)
    }

    /// A small gzip file that claims 512³ voxels is refused by its size, before anything is decompressed.
    @Test func gzipThatClaimsMoreThanItCanHoldIsRefused() throws {
        var raw = RawNIfTI()
        raw.dim = [3, 512, 512, 512, 1, 1, 1, 1]
        raw.voxels = []
        let start = ContinuousClock.now
        #expect(try refusal(storedGzip(raw.bytes), name: "bomb.nii.gz") == .truncated)
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func voxelsThatAreNotFiniteAreRefused() throws {
        for bad in [Double.nan, .infinity, -.infinity] {
            var raw = RawNIfTI()
            raw.voxels = (0..<24).flatMap { raw.real($0 == 17 ? bad : 1, 4) }
            #expect(try refusal(raw.bytes) == .notFinite)
        }
        // A finite float64 that float32 cannot hold.
        var raw = RawNIfTI()
        (raw.datatype, raw.bitpix) = (64, 64)
        raw.voxels = (0..<24).flatMap { raw.real($0 == 0 ? 1e300 : 1, 8) }
        #expect(try refusal(raw.bytes) == .notFinite)
        var image = noise()
        image.voxels[5] = .nan
        try withTemporaryFolder { folder in
            #expect(throws: ImagingError.self) { try NIfTIFile.write(image, to: folder + "/a.nii") }
            let left = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(left.isEmpty)
        }
    }

    @Test func missingFileFolderAndNameAreRefused() throws {
        try withTemporaryFolder { folder in
            for path in [folder, folder + "/none.nii"] {
                let error = #expect(throws: ImagingError.self) { try NIfTIFile.read(path) }
                #expect(error?.code == .unreadable)
                #expect(error?.message.contains(folder) == false)
            }
            for path in [folder + "/a.img", folder + "/none/a.nii"] {
                let error = #expect(throws: ImagingError.self) { try NIfTIFile.write(noise(), to: path) }
                #expect(error?.code == .unwritable)
            }
        }
    }

    private func oblique() -> Volume {
        let (c, s) = (cos(0.2), sin(0.2))
        return noise(
            Affine(
                column0: [0.8 * c, 0.8 * s, 0], column1: [-0.9 * s, 0.9 * c, 0], column2: [0, 0, 1.1],
                translation: [-80.123456789, 33.3, -12.7]))
    }

    /// Values that do not compress, the same in every run.
    private func noise(_ affine: Affine = .identity) -> Volume {
        let grid = VoxelGrid(shape: [21, 17, 11], affineRAS: affine)
        var state: UInt64 = 42
        let voxels = (0..<grid.voxelCount).map { _ -> Float in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / 1000
        }
        return Volume(grid: grid, voxels: voxels)
    }

    /// Raw maps have one voxel per cell, 32 voxels of a plan of up to 4 mm.
    @Test func cellsOfTheCoarsestPlanAreWrittenAndReadBack() throws {
        func write(_ side: Double) throws -> ImagingError.Code? {
            try withTemporaryFolder { folder in
                let cells = noise(Affine(spacing: [64, side, side], origin: [-80, -96, -120]))
                do {
                    try NIfTIFile.write(cells, to: folder + "/map.nii.gz")
                    #expect(try NIfTIFile.read(folder + "/map.nii.gz").volume == cells)
                    return nil
                } catch let error as ImagingError {
                    return (error.cause as? ImagingError)?.code ?? error.code
                }
            }
        }
        #expect(try write(128) == nil)
        #expect(try write(131) == .badHeader)
    }

    /// A gzip file of one stored block.
    private func storedGzip(_ bytes: [UInt8], checksum: UInt32? = nil) -> [UInt8] {
        let n = UInt16(bytes.count)
        let head: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]
        let length = [UInt8(n & 255), UInt8(n >> 8), UInt8(~n & 255), UInt8(~n >> 8)]
        func word(_ x: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: x >> (8 * $0)) } }
        return head + length + bytes + word(checksum ?? crc32(bytes)) + word(UInt32(bytes.count))
    }

    private func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { x, _ in x & 1 == 1 ? x >> 1 ^ 0xedb8_8320 : x >> 1 }
        }
    }
}
