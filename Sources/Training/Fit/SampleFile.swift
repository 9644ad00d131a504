import Foundation
import Imaging

/// A cropped scan in a file of its own, for sets that are larger than memory should hold.
///
/// Eight bytes of magic, the length of a JSON header, the header, the voxels as float32, the foreground as bytes. Read with
/// one call per array; the system keeps in memory what is read often.
struct SampleFile: Sendable {
    private static let magic = Array("FCDSAMP1".utf8)

    private struct Header: Codable {
        var grid: VoxelGrid
        var masked: Bool
        var background: Float
        var cutShare: Double
        var quality: [QualityNumber]
        var digest: String
    }

    let path: String

    /// - Parameter digest: of the scan's content.
    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`
    func write(_ scan: CroppedScan, digest: String) throws(TrainingError) {
        let header = try RunFile.json(
            Header(
                grid: scan.volume.grid, masked: scan.foreground != nil, background: scan.background,
                cutShare: scan.cutShare, quality: scan.quality, digest: digest))
        let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        let voxels = scan.volume.voxels.withUnsafeBytes { Array($0) }
        try RunFile.write([Self.magic, length, header, voxels, scan.foreground?.values ?? []], to: path)
    }

    /// - Throws: `TRAINING_INPUT_UNREADABLE` for a file that is gone or not whole.
    func read() throws(TrainingError) -> CroppedScan {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Self.unreadable }
        defer { close(descriptor) }
        let header = try Self.header(descriptor)
        let count = header.grid.voxelCount
        let volume = Volume(grid: header.grid, voxels: try Self.read(descriptor, count: count))
        let mask =
            header.masked
            ? BinaryMask(shape: header.grid.shape, values: try Self.read(descriptor, count: count)) : nil
        return CroppedScan(
            volume: volume, foreground: mask, background: header.background, cutShare: header.cutShare,
            quality: header.quality)
    }

    /// The digest that the scan was written with; nil where there is no such file.
    func readDigest() throws(TrainingError) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return try Self.header(descriptor).digest
    }

    private static func header(_ descriptor: Int32) throws(TrainingError) -> Header {
        let start: [UInt8] = try read(descriptor, count: 16)
        let length = start[8...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard start.starts(with: magic), length < 1 << 20 else { throw unreadable }
        return try RunFile.decode(Header.self, try read(descriptor, count: Int(length)))
    }

    /// The next `count` numbers of a file.
    private static func read<Number: BitwiseCopyable>(_ descriptor: Int32, count: Int) throws(TrainingError) -> [Number]
    {
        var whole = true
        let values = [Number](unsafeUninitializedCapacity: count) { buffer, initialised in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var done = 0
            while let base = bytes.baseAddress, done < bytes.count {
                let got = Foundation.read(descriptor, base + done, bytes.count - done)
                if got < 0, errno == EINTR { continue }
                guard got > 0 else {
                    whole = false
                    break
                }
                done += got
            }
            initialised = whole ? count : 0
        }
        guard whole else { throw unreadable }
        return values
    }

    private static var unreadable: TrainingError {
        TrainingError(
            .unreadable, "A prepared scan beside the run is gone or not whole. Remove the folder `samples` and go on.")
    }
}
