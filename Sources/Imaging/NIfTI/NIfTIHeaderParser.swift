internal import CNIfTI

/// Reads and judges the bytes of a NIfTI header before any library sees the file.
///
/// Rules:
/// - `n+1` and `n+2` files in either byte order; header and image in two files are refused.
/// - Three axes of 1…512 voxels (further axes of one voxel are dropped); all counts are checked before they multiply.
/// - Position: the sform where its code is positive, else the qform where its code is positive, else refused. Where
///   both are there they must agree within `maximumDisagreementMM` at every corner of the volume and
///   `maximumDisagreementDegrees` along every axis.
/// - An sform with axes further than `maximumShearDegrees` from perpendicular is refused: it comes from an affine
///   registration, and the scan's shape is no longer the patient's.
/// - Lengths are millimetres; a file that says metres or micrometres is refused, one that says nothing is believed.
struct NIfTIHeaderParser {
    static let maximumVoxelsPerAxis = 512
    static let maximumDisagreementMM = 1.0
    static let maximumDisagreementDegrees = 2.0
    static let maximumShearDegrees = 1.0
    /// Voxel sides in mm of an image of a person, or of a raw map: its cells are 32 voxels of a plan of up to 4 mm.
    static let voxelSideMM = 0.05...130.0
    /// Distance in mm from the scanner's centre that such an image can have.
    static let maximumDistanceMM = 10_000.0
    /// Room for header extensions; more than any program writes.
    static let maximumVoxelOffset = 1 << 26
    /// Bytes that hold any header.
    static let byteCount = 540

    private let bytes: [UInt8]
    private let swapped: Bool
    private let version: Int

    /// - Parameter bytes: the first `byteCount` bytes of the decompressed file, or all where it is shorter.
    init(_ bytes: [UInt8]) throws(ImagingError) {
        guard bytes.count >= 348 else {
            throw ImagingError(
                .truncated, "The file ends inside its header. It was not copied whole; send it again.",
                subject: "header")
        }
        self.bytes = bytes
        switch (Self.uint32(bytes, 0, swapped: false), Self.uint32(bytes, 0, swapped: true)) {
        case (348, _): (version, swapped) = (1, false)
        case (_, 348): (version, swapped) = (1, true)
        case (540, _): (version, swapped) = (2, false)
        case (_, 540): (version, swapped) = (2, true)
        default:
            throw ImagingError(
                .notNIfTI, "This is no NIfTI file: it does not start with a header size of 348 or 540.",
                subject: "sizeof_hdr")
        }
        guard version == 1 || bytes.count >= 540 else {
            throw ImagingError(
                .truncated, "The file ends inside its header. It was not copied whole; send it again.",
                subject: "header")
        }
        let magic = version == 1 ? Array(bytes[344..<348]) : Array(bytes[4..<12])
        let single: [UInt8] = version == 1 ? [0x6e, 0x2b, 0x31, 0] : [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a]
        if magic.starts(with: [0x6e, 0x69]) {
            throw ImagingError(
                .notNIfTI, "Header and voxels are in two files (.hdr and .img). Convert the pair to one .nii.gz.",
                subject: "magic")
        }
        guard magic == single else {
            throw ImagingError(
                .notNIfTI, "This is no NIfTI file: its magic word is missing or damaged. ANALYZE files are not read.",
                subject: "magic")
        }
    }

    /// Every fact of the header, checked.
    func facts(gzipped: Bool) throws(ImagingError) -> NIfTIHeaderFacts {
        let dims = try dimensions()
        let code = version == 1 ? int(70, 2) : int(12, 2)
        guard let datatype = NIfTIDatatype(rawValue: code) else {
            throw ImagingError(
                .unsupportedType,
                "Voxels of data type \(code) are not read. Convert to an integer type of up to 32 bits or to float.",
                subject: "datatype")
        }
        let bits = version == 1 ? int(72, 2) : int(14, 2)
        guard bits == datatype.byteCount * 8 else {
            throw ImagingError(.badHeader, "bitpix (\(bits)) does not fit the data type.", subject: "bitpix")
        }
        let affine = try affine(dims)
        let (slope, inter) = try scaling()
        return NIfTIHeaderFacts(
            version: version, dims: dims, datatype: datatype, slope: slope, inter: inter, qformCode: qformCode,
            sformCode: sformCode, byteSwapped: swapped, gzipped: gzipped, voxelOffset: try voxelOffset(),
            grid: VoxelGrid(shape: [dims[0], dims[1], dims[2]], affineRAS: affine))
    }

    private func dimensions() throws(ImagingError) -> [Int] {
        let all = (0..<8).map { version == 1 ? int(40 + 2 * $0, 2) : int(16 + 8 * $0, 8) }
        guard (1...7).contains(all[0]) else {
            throw ImagingError(.badHeader, "The number of axes is \(all[0]); it must be 3.", subject: "dim[0]")
        }
        for axis in 1...7 where axis <= all[0] {
            guard all[axis] > 0 else {
                throw ImagingError(
                    .badHeader, "Axis \(axis) has \(all[axis]) voxels. The header is damaged; export the file again.",
                    subject: "dim[\(axis)]")
            }
        }
        guard all[0] >= 3, (4...7).allSatisfy({ $0 > all[0] || all[$0] == 1 }) else {
            throw ImagingError(
                .notThreeDimensional,
                "The image has \(all[0]) axes. Only single 3D images are read; extract one volume.",
                subject: "dim")
        }
        for axis in 1...3 {
            guard all[axis] <= Self.maximumVoxelsPerAxis else {
                throw ImagingError(
                    .tooLarge,
                    "Axis \(axis) has \(all[axis]) voxels; at most \(Self.maximumVoxelsPerAxis) are read. Resample the image.",
                    subject: "dim[\(axis)]")
            }
        }
        return Array(all[1...3])
    }

    private func scaling() throws(ImagingError) -> (slope: Double, inter: Double) {
        let slope = version == 1 ? real(112, 4) : real(176, 8)
        let inter = version == 1 ? real(116, 4) : real(184, 8)
        // A slope of 0 means "not scaled"; one that is not a number means that the header is damaged.
        guard slope.isFinite, inter.isFinite else {
            throw ImagingError(
                .badHeader, "The intensity scale is not a finite number. Export the file again.", subject: "scl_slope")
        }
        return slope == 0 ? (1, 0) : (slope, inter)
    }

    private func voxelOffset() throws(ImagingError) -> Int {
        let offset = version == 1 ? real(108, 4) : Double(int(168, 8))
        let least = version == 1 ? 348.0 : 540.0
        guard offset.isFinite, offset >= least, offset <= Double(Self.maximumVoxelOffset), offset == offset.rounded()
        else {
            throw ImagingError(
                .badHeader, "The voxels are said to start inside the header or out of reach. Export the file again.",
                subject: "vox_offset")
        }
        return Int(offset)
    }

    private var qformCode: Int { version == 1 ? int(252, 2) : int(344, 4) }
    private var sformCode: Int { version == 1 ? int(254, 2) : int(348, 4) }

    private func affine(_ dims: [Int]) throws(ImagingError) -> Affine {
        let units = (version == 1 ? Int(bytes[123]) : int(500, 4)) & 7
        guard units == 0 || units == 2 else {
            throw ImagingError(
                .badHeader, "Lengths are not in millimetres. Convert the header to millimetres.", subject: "xyzt_units")
        }
        let sform = sformCode > 0 ? try sform() : nil
        let qform = qformCode > 0 ? try qform() : nil
        if let sform, let qform { try checkAgreement(sform, qform, dims) }
        guard let affine = sform ?? qform else {
            throw ImagingError(
                .noOrientation,
                "The header does not say how the head lies (qform and sform codes are 0). Left and right would be a guess; export with a scanner affine.",
                subject: "qform_code, sform_code")
        }
        return affine
    }

    private func sform() throws(ImagingError) -> Affine {
        let (start, width) = version == 1 ? (280, 4) : (400, 8)
        let rows = (0..<12).map { real(start + width * $0, width) }
        let affine = Affine(rowMajor: rows + [0, 0, 0, 1])
        try Self.check(affine, "sform")
        let columns = [affine.column0, affine.column1, affine.column2]
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let off = abs(90 - Self.degreesBetween(columns[a], columns[b]))
            guard off <= Self.maximumShearDegrees else {
                throw ImagingError(
                    .badHeader,
                    "Two axes of the sform are \(Self.short(off))° from perpendicular (at most \(Self.short(Self.maximumShearDegrees))°): an affine registration has bent the image. Send the scan as it was acquired.",
                    subject: "sform")
            }
        }
        return affine
    }

    private func qform() throws(ImagingError) -> Affine {
        let (start, width) = version == 1 ? (256, 4) : (352, 8)
        let numbers = (0..<6).map { real(start + width * $0, width) }
        let (first, step) = version == 1 ? (76, 4) : (104, 8)
        let pixdim = (0..<4).map { real(first + step * $0, step) }
        // The quaternion's first member is what is left of length one; float32 rounding may overshoot a little.
        let square = numbers[0] * numbers[0] + numbers[1] * numbers[1] + numbers[2] * numbers[2]
        guard (numbers + pixdim).allSatisfy(\.isFinite), square <= 1 + 1e-3, pixdim[1...3].allSatisfy({ $0 > 0 }) else {
            throw ImagingError(
                .badHeader, "The qform is no rotation with positive voxel sizes. Export the file again.",
                subject: "qform")
        }
        var m = [Double](repeating: 0, count: 16)
        cnifti_qform(
            Array(numbers[0..<3]), Array(numbers[3..<6]), Array(pixdim[1...3]), pixdim[0] < 0 ? -1 : 1, &m)
        let affine = Affine(rowMajor: m)
        try Self.check(affine, "qform")
        return affine
    }

    private func checkAgreement(_ a: Affine, _ b: Affine, _ dims: [Int]) throws(ImagingError) {
        var worstMM = 0.0
        for corner in 0..<8 {
            let p = SIMD3<Double>(
                corner & 1 == 0 ? 0 : Double(dims[0] - 1), corner & 2 == 0 ? 0 : Double(dims[1] - 1),
                corner & 4 == 0 ? 0 : Double(dims[2] - 1))
            let d = a(p) - b(p)
            worstMM = max(worstMM, (d * d).sum().squareRoot())
        }
        let worstDegrees = max(
            Self.degreesBetween(a.column0, b.column0), Self.degreesBetween(a.column1, b.column1),
            Self.degreesBetween(a.column2, b.column2))
        guard worstMM <= Self.maximumDisagreementMM, worstDegrees <= Self.maximumDisagreementDegrees else {
            throw ImagingError(
                .conflictingOrientation,
                "sform and qform differ by \(Self.short(worstMM)) mm and \(Self.short(worstDegrees))° (at most \(Self.short(Self.maximumDisagreementMM)) mm and \(Self.short(Self.maximumDisagreementDegrees))°). One of them is wrong; remove it or export again.",
                subject: "qform, sform")
        }
    }

    private static func check(_ affine: Affine, _ name: String) throws(ImagingError) {
        let finite = affine.rowMajor.allSatisfy(\.isFinite)
        let sizes = affine.voxelSizesMM
        let near = (0..<3).allSatisfy { abs(affine.translation[$0]) <= maximumDistanceMM }
        guard finite, near, (0..<3).allSatisfy({ voxelSideMM.contains(sizes[$0]) }) else {
            throw ImagingError(
                .badHeader,
                "The \(name) is not finite, or its voxels are not of a size an MR image can have. Export the file again.",
                subject: name)
        }
        guard abs(affine.determinant) > 1e-3 * sizes.x * sizes.y * sizes.z else {
            throw ImagingError(
                .badHeader, "The \(name) puts all voxels in one plane. Export the file again.", subject: name)
        }
    }

    private static func degreesBetween(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
        let c = cross(a, b)
        return AngleDegrees.between(cosine: (a * b).sum(), sine: (c * c).sum().squareRoot())
    }

    private static func short(_ x: Double) -> String { "\((x * 100).rounded() / 100)" }

    private static func uint32(_ bytes: [UInt8], _ at: Int, swapped: Bool) -> UInt32 {
        let order = swapped ? [0, 1, 2, 3] : [3, 2, 1, 0]
        return order.reduce(0) { $0 << 8 | UInt32(bytes[at + $1]) }
    }

    /// A signed integer of `width` bytes.
    private func int(_ at: Int, _ width: Int) -> Int {
        let word = bits(at, width)
        return switch width {
        case 2: Int(Int16(truncatingIfNeeded: word))
        case 4: Int(Int32(truncatingIfNeeded: word))
        default: Int(Int64(bitPattern: word))
        }
    }

    /// A floating-point number of `width` bytes.
    private func real(_ at: Int, _ width: Int) -> Double {
        width == 4
            ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits(at, 4)))) : Double(bitPattern: bits(at, 8))
    }

    private func bits(_ at: Int, _ width: Int) -> UInt64 {
        var word: UInt64 = 0
        for byte in 0..<width { word = word << 8 | UInt64(bytes[swapped ? at + byte : at + width - 1 - byte]) }
        return word
    }
}
