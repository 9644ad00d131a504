internal import CNIfTI
internal import Foundation

extension NIfTIFile {
    /// Writes voxels as NIfTI-1 with sform code 1, through a temporary file that is synchronised, read back and
    /// renamed. The name decides: `.nii` or `.nii.gz`.
    ///
    /// The sform holds the affine, rounded to float32. A qform (code 1) is written where it can say the same: axes
    /// perpendicular to within a thousandth of a degree, oblique or not.
    ///
    /// - Parameters:
    ///   - description: goes into `descrip`: at most 79 ASCII characters, never anything about a patient.
    ///   - type: float32, or uint8 or int16 for whole numbers, which pack better.
    ///   - threads: pack a `.nii.gz`; its bytes do not depend on their number.
    /// - Throws: `NIFTI_UNWRITABLE`, also where a voxel is no number of the type, `IMAGE_NOT_FINITE`; the target is then untouched.
    package static func write(
        _ volume: Volume, to path: String, description: String = "", type: NIfTIDatatype = .float32,
        threads: Int = 1
    ) throws(ImagingError) {
        let suffix = path.hasSuffix(".nii.gz") ? ".nii.gz" : ".nii"
        guard path.hasSuffix(suffix), volume.isComputable, volume.shape.max() <= Int(Int16.max) else {
            throw path.hasSuffix(suffix)
                ? ImagingError(.notFinite, "An image with voxels that are not finite is never written.")
                : ImagingError(.unwritable, "The name of a NIfTI file ends in .nii or .nii.gz.")
        }
        let image = try content(volume, description, type, threads)
        let parts: [[UInt8]]
        if suffix == ".nii" {
            parts = [image]
        } else {
            parts = try image.withUnsafeBufferPointer { bytes throws(ImagingError) in
                try Gzip.pack(UnsafeRawBufferPointer(bytes), threads: threads)
            }
        }
        let target = URL(fileURLWithPath: path)
        let folder = target.deletingLastPathComponent()
        let temporary = folder.appendingPathComponent(".\(UUID().uuidString)\(suffix)").path
        defer { unlink(temporary) }
        try store(parts, temporary)
        guard rename(temporary, path) == 0 else { throw unwritable }
        let descriptor = open(folder.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unwritable }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unwritable }
    }

    /// The whole file before it is packed: the header, which must say what the volume's grid says, and the voxels.
    private static func content(
        _ volume: Volume, _ description: String, _ type: NIfTIDatatype, _ threads: Int
    ) throws(ImagingError) -> [UInt8] {
        guard NIfTIVoxels.canStore(volume.voxels, as: type) else {
            throw ImagingError(.unwritable, "The image holds values that the type of its file does not. Store float32.")
        }
        let shape = volume.shape
        let affine = volume.grid.affineRAS
        var header = [UInt8](repeating: 0, count: CNIFTI_HEADER_BYTES)
        let status = cnifti_header(
            [Int64(shape.x), Int64(shape.y), Int64(shape.z)], Int32(type.rawValue), affine.rowMajor,
            affine.isRigidTimesScale ? 1 : 0,
            String(description.unicodeScalars.filter(\.isASCII).prefix(79).map(Character.init)), &header)
        guard Int(status) == CNIFTI_OK else { throw unwritable }
        let facts: NIfTIHeaderFacts
        do {
            facts = try NIfTIHeaderParser(header).facts(gzipped: false)
        } catch {
            throw ImagingError(.unwritable, "The image has a grid that no scan has. Check its header.", cause: error)
        }
        guard facts.grid.shape == shape, facts.voxelOffset == header.count, facts.datatype == type,
            facts.grid.affineRAS.rowMajor == affine.rowMajor.map({ Double(Float($0)) })
        else { throw ImagingError(.unwritable, "The grid of the image cannot be written. Check its header.") }
        let count = header.count + facts.voxelBytes
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, initialised in
            _ = bytes.update(fromContentsOf: header)
            let voxels = UnsafeMutableRawPointer(bytes.baseAddress! + header.count)
            NIfTIVoxels.fileOrder(volume, into: voxels, as: type, threads: threads)
            initialised = count
        }
    }

    /// Writes a new file, forces it to the disk, and reads it back: it must hold these very bytes.
    private static func store(_ parts: [[UInt8]], _ path: String) throws(ImagingError) {
        let descriptor = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw unwritable }
        defer { close(descriptor) }
        for part in parts {
            let isWritten = part.withUnsafeBytes { bytes in
                every(bytes.count) { Foundation.write(descriptor, bytes.baseAddress! + $0, bytes.count - $0) }
            }
            guard isWritten else { throw unwritable }
        }
        guard fsync(descriptor) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw unwritable }
        for part in parts {
            let isEqual = withUnsafeTemporaryAllocation(byteCount: part.count, alignment: 16) { back in
                every(part.count) { Foundation.read(descriptor, back.baseAddress! + $0, part.count - $0) }
                    && part.withUnsafeBytes { memcmp($0.baseAddress!, back.baseAddress!, part.count) == 0 }
            }
            guard isEqual else {
                throw ImagingError(.unwritable, "The written image differs from the one in memory. Check the disk.")
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, Int(status.st_size) == parts.reduce(0, { $0 + $1.count }) else {
            throw unwritable
        }
    }

    /// Repeats a system call that may do less than it was asked for, until all bytes are done; false where it fails.
    private static func every(_ count: Int, _ call: (_ done: Int) -> Int) -> Bool {
        var done = 0
        while done < count {
            let now = call(done)
            if now < 0, errno == EINTR { continue }
            guard now > 0 else { return false }
            done += now
        }
        return true
    }
}
