import Foundation
import Imaging

/// Bytes of a NIfTI file made by hand, so that any field can be wrong.
struct RawNIfTI {
    var version = 1
    var bigEndian = false
    var dim: [Int] = [3, 4, 3, 2, 1, 1, 1, 1]
    var datatype = 16
    var bitpix = 32
    var pixdim: [Double] = [1, 1, 1, 1, 0, 0, 0, 0]
    var voxelOffset: Double?
    var slope = 0.0
    var inter = 0.0
    var units = 2
    var qformCode = 0
    var sformCode = 1
    var quatern: [Double] = [0, 0, 0]
    var qoffset: [Double] = [0, 0, 0]
    var sform: [Double] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    var magic: [UInt8]?
    /// Voxel bytes in the file's byte order; nil means zeros of the size that the header asks for.
    var voxels: [UInt8]?

    func integer(_ value: Int, _ width: Int) -> [UInt8] {
        let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return bigEndian ? bytes.reversed() : bytes
    }

    func real(_ value: Double, _ width: Int) -> [UInt8] {
        let bits = width == 4 ? UInt64(Float(value).bitPattern) : value.bitPattern
        let bytes = (0..<width).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
        return bigEndian ? bytes.reversed() : bytes
    }

    var bytes: [UInt8] {
        let start = version == 1 ? 352 : 544
        var b = [UInt8](repeating: 0, count: start)
        func put(_ part: [UInt8], _ at: Int) { b.replaceSubrange(at..<(at + part.count), with: part) }
        put(integer(version == 1 ? 348 : 540, 4), 0)
        let offset = voxelOffset ?? Double(start)
        if version == 1 {
            put(dim.flatMap { integer($0, 2) }, 40)
            put(integer(datatype, 2) + integer(bitpix, 2), 70)
            put(pixdim.flatMap { real($0, 4) }, 76)
            put([offset, slope, inter].flatMap { real($0, 4) }, 108)
            b[123] = UInt8(units)
            put(integer(qformCode, 2) + integer(sformCode, 2), 252)
            put((quatern + qoffset + sform).flatMap { real($0, 4) }, 256)
            put(magic ?? [0x6e, 0x2b, 0x31, 0], 344)
        } else {
            put(magic ?? [0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4)
            put(integer(datatype, 2) + integer(bitpix, 2), 12)
            put(dim.flatMap { integer($0, 8) }, 16)
            put(pixdim.flatMap { real($0, 8) }, 104)
            put(integer(Int(offset), 8), 168)
            put(real(slope, 8) + real(inter, 8), 176)
            put(integer(qformCode, 4) + integer(sformCode, 4), 344)
            put((quatern + qoffset + sform).flatMap { real($0, 8) }, 352)
            put(integer(units, 4), 500)
        }
        let count = dim[1...3].reduce(1) { $0 * max(0, min($1, 600)) } * bitpix / 8
        return b + (voxels ?? [UInt8](repeating: 0, count: min(count, 1 << 20)))
    }
}

/// A folder of its own, removed when the test is over.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
        do { try FileManager.default.removeItem(atPath: folder) } catch { print("left a temporary folder: \(error)") }
    }
    return try body(folder)
}

/// The code with which reading these bytes is refused; nil where they are read.
func refusal(_ bytes: [UInt8], name: String = "x.nii") throws -> ImagingError.Code? {
    try withTemporaryFolder { folder in
        let path = folder + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
            _ = try NIfTIFile.read(path)
            return nil
        } catch let error as ImagingError {
            return error.code
        }
    }
}
