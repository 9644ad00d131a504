internal import CNIfTI
internal import Foundation

/// A NIfTI image: its voxels and what its header said.
package struct NIfTIImage: Sendable {
    package var volume: Volume
    package var header: NIfTIHeaderFacts

    package init(volume: Volume, header: NIfTIHeaderFacts) {
        self.volume = volume
        self.header = header
    }
}

/// Reads and writes NIfTI-1 and NIfTI-2 files, compressed or not.
///
/// The header is judged by `NIfTIHeaderParser` before libnifti sees a byte. How much is decompressed follows from the
/// header alone, so a gzip bomb costs no more than the image it claims to be; a claim beyond what gzip can hold in the
/// file's size is refused unread. Whether a file is compressed is told from its first bytes, not from its name.
package enum NIfTIFile {
    /// Deflate cannot do better than 1032 to 1; a file that claims more lacks its end.
    static let maximumCompressionRatio = 1032
    /// How far behind the voxels the end of a gzip stream is looked for, to verify its checksum.
    static let checksumReach: Int64 = 1 << 20

    /// Reads a file.
    ///
    /// - Returns: float32 voxels with the scale applied, on the grid of the header, in the file's own axis order.
    /// - Throws: `NIFTI_…` codes for damaged or unsuitable files; `IMAGE_NOT_FINITE` where any voxel is not a finite
    ///   number of at most 1e30 (it would spread through every later step).
    package static func read(_ path: String) throws(ImagingError) -> NIfTIImage {
        let facts = try readHeader(path)
        var bytes = [UInt8](repeating: 0, count: facts.voxelBytes)
        var got: Int64 = 0
        let status = cnifti_read(
            path, Int64(facts.voxelOffset), &bytes, Int64(facts.voxelBytes), facts.gzipped ? checksumReach : 0, &got)
        switch Int(status) {
        case CNIFTI_OK: break
        case CNIFTI_CANNOT_OPEN: throw unreadable
        case CNIFTI_DAMAGED: throw damaged
        default: throw truncated(have: Int(got), need: facts.voxelBytes)
        }
        if facts.byteSwapped, facts.datatype.byteCount > 1 {
            cnifti_swap(&bytes, Int64(facts.grid.voxelCount), Int32(facts.datatype.byteCount))
        }
        let volume = Volume(grid: facts.grid, voxels: NIfTIVoxels.decode(bytes, facts))
        guard volume.isComputable else {
            throw ImagingError(
                .notFinite,
                "Some voxels are not finite numbers (NaN, infinite or over 1e30). Replace them and send it again.",
                subject: "voxels")
        }
        return NIfTIImage(volume: volume, header: facts)
    }

    /// Reads and judges the header, and the file's size where it is not compressed; reads no voxel.
    package static func readHeader(_ path: String) throws(ImagingError) -> NIfTIHeaderFacts {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw unreadable }
        let fileBytes = Int(status.st_size)
        // The first bytes as they lie in the file, then as they are after decompression.
        let start = try rawStart(path)
        let gzipped = start.starts(with: [0x1f, 0x8b])
        var bytes = start
        if gzipped {
            bytes = [UInt8](repeating: 0, count: NIfTIHeaderParser.byteCount)
            var got: Int64 = 0
            let status = Int(cnifti_read(path, 0, &bytes, Int64(bytes.count), 0, &got))
            guard status != CNIFTI_CANNOT_OPEN else { throw unreadable }
            guard status != CNIFTI_DAMAGED else { throw damaged }
            bytes = Array(bytes.prefix(Int(got)))
        }
        let facts = try NIfTIHeaderParser(bytes).facts(gzipped: gzipped)
        // At most 2^26 + 512³ · 8 bytes: no overflow.
        let need = facts.voxelOffset + facts.voxelBytes
        guard gzipped ? need / maximumCompressionRatio <= fileBytes : need <= fileBytes else {
            throw truncated(have: fileBytes, need: need)
        }
        return facts
    }

    /// As `readHeader`, and unpacks a compressed file to its end, so that one that was not copied whole is seen.
    package static func checkWhole(_ path: String) throws(ImagingError) {
        let facts = try readHeader(path)
        guard facts.gzipped, facts.voxelBytes > 0 else { return }
        var last: UInt8 = 0
        var got: Int64 = 0
        let end = Int64(facts.voxelOffset + facts.voxelBytes)
        switch Int(cnifti_read(path, end - 1, &last, 1, checksumReach, &got)) {
        case CNIFTI_OK: return
        case CNIFTI_CANNOT_OPEN: throw unreadable
        case CNIFTI_DAMAGED: throw damaged
        default: throw truncated(have: got == 1 ? facts.voxelBytes : 0, need: facts.voxelBytes)
        }
    }

    /// Writes float32 voxels as NIfTI-1 with sform code 1, through a temporary file that is read back, synchronised
    /// and renamed. The name decides: `.nii` or `.nii.gz`.
    ///
    /// The sform holds the affine, rounded to float32. A qform (code 1) is written where it can say the same: axes
    /// perpendicular to within a thousandth of a degree, oblique or not.
    ///
    /// - Parameter description: goes into `descrip`: at most 79 ASCII characters, never anything about a patient.
    /// - Throws: `NIFTI_UNWRITABLE`, `IMAGE_NOT_FINITE`; the target is then untouched.
    package static func write(_ volume: Volume, to path: String, description: String = "") throws(ImagingError) {
        let suffix = path.hasSuffix(".nii.gz") ? ".nii.gz" : ".nii"
        guard path.hasSuffix(suffix), volume.isComputable, volume.shape.max() <= Int(Int16.max) else {
            throw path.hasSuffix(suffix)
                ? ImagingError(.notFinite, "An image with voxels that are not finite is never written.")
                : ImagingError(.unwritable, "The name of a NIfTI file ends in .nii or .nii.gz.")
        }
        let target = URL(fileURLWithPath: path)
        let folder = target.deletingLastPathComponent()
        let temporary = folder.appendingPathComponent(".\(UUID().uuidString)\(suffix)").path
        // Made here first: libnifti would print the path of a file that it cannot open.
        let descriptor = open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw unwritable }
        close(descriptor)
        defer { unlink(temporary) }
        let shape = volume.shape
        let status = cnifti_write(
            temporary, [Int64(shape.x), Int64(shape.y), Int64(shape.z)], volume.grid.affineRAS.rowMajor,
            volume.grid.affineRAS.isRigidTimesScale ? 1 : 0, NIfTIVoxels.fileOrder(volume),
            String(description.unicodeScalars.filter(\.isASCII).prefix(79).map(Character.init)))
        guard Int(status) == CNIFTI_OK else { throw unwritable }
        try readBack(temporary, volume)
        try synchronise(temporary)
        guard rename(temporary, path) == 0 else { throw unwritable }
        try synchronise(folder.path)
    }

    /// The written file must hold these very voxels.
    private static func readBack(_ path: String, _ volume: Volume) throws(ImagingError) {
        let back: NIfTIImage
        do {
            back = try read(path)
        } catch {
            throw ImagingError(
                .unwritable, "The image could not be read back after writing. Check the disk.", cause: error)
        }
        let want = volume.grid.affineRAS.rowMajor
        let have = back.volume.grid.affineRAS.rowMajor
        guard back.volume.shape == volume.shape, back.volume.voxels == volume.voxels,
            zip(want, have).allSatisfy({ Double(Float($0)) == $1 })
        else {
            throw ImagingError(.unwritable, "The written image differs from the one in memory. Check the disk.")
        }
    }

    private static func synchronise(_ path: String) throws(ImagingError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unwritable }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unwritable }
    }

    private static func rawStart(_ path: String) throws(ImagingError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: NIfTIHeaderParser.byteCount)
        let got = Foundation.read(descriptor, &bytes, bytes.count)
        guard got >= 0 else { throw unreadable }
        return Array(bytes.prefix(got))
    }

    private static var unreadable: ImagingError {
        ImagingError(.unreadable, "The file cannot be read. Check that it exists and may be read by the service.")
    }

    private static var unwritable: ImagingError {
        ImagingError(.unwritable, "The image cannot be written. Check free space and permissions of the folder.")
    }

    private static var damaged: ImagingError {
        ImagingError(
            .damaged,
            "The compressed file is damaged: it cannot be unpacked or fails its checksum. Send it again.",
            subject: "gzip")
    }

    private static func truncated(have: Int, need: Int) -> ImagingError {
        let fault =
            have < need
            ? "The file holds \(have) bytes where its header needs \(need)."
            : "The compressed file ends before its checksum."
        return ImagingError(
            .truncated, "\(fault) It was not copied whole; send it again.", subject: "voxels")
    }
}
