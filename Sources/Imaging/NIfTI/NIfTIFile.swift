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

    static var unwritable: ImagingError {
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
