internal import CZlib
internal import Glibc

/// Packs bytes into one gzip member (RFC 1952).
///
/// The bytes are cut into blocks of one size that are deflated independently, several at a time, and joined by empty
/// stored blocks: any reader takes the result for one stream, and it does not depend on the number of threads.
enum Gzip {
    /// Bytes that one thread packs at a time.
    static let blockBytes = 1 << 20

    /// Neighbouring voxels differ in their last bits and maps are smooth, so that nothing repeats but runs of background:
    /// looking for other repeats takes three to ten times as long and saves next to nothing.
    private static let strategy = Z_RLE
    private static let memoryLevel: Int32 = 9
    /// Raw deflate with a window of 32 KB: header and checksum are written here, once for all blocks.
    private static let windowBits: Int32 = -15

    private struct Block {
        var packed: [UInt8]
        var checksum: UInt
        var count: Int
    }

    /// Parts of the file, to be written one after the other. Every block was unpacked again and found equal.
    ///
    /// - Throws: `NIFTI_UNWRITABLE` where zlib has no memory or what it packed is not what it was given.
    static func pack(_ bytes: UnsafeRawBufferPointer, threads: Int) throws(ImagingError) -> [[UInt8]] {
        let count = max(1, (bytes.count + blockBytes - 1) / blockBytes)
        let blocks = try Parallel.tryMap(count, threads: threads) { index throws(ImagingError) in
            let part = bytes[index * blockBytes..<min((index + 1) * blockBytes, bytes.count)]
            let block = UnsafeRawBufferPointer(rebasing: part)
            let packed = try deflated(block, isLast: index == count - 1)
            guard unpacks(packed, to: block) else { throw failed }
            let address = block.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return Block(packed: packed, checksum: crc32(0, address, UInt32(block.count)), count: block.count)
        }
        let checksum = blocks.reduce(0) { crc32_combine($0, $1.checksum, $1.count) }
        // No name and no time: the same voxels make the same file.
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        return [header] + blocks.map(\.packed) + [littleEndian(checksum) + littleEndian(UInt(bytes.count))]
    }

    private static func deflated(
        _ block: UnsafeRawBufferPointer, isLast: Bool
    ) throws(ImagingError) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(&stream, 1, Z_DEFLATED, windowBits, memoryLevel, strategy, ZLIB_VERSION, size) == Z_OK
        else { throw failed }
        defer { deflateEnd(&stream) }
        // The bound is for a finished stream; a flush takes at most 6 bytes more.
        let room = Int(deflateBound(&stream, UInt(block.count))) + 16
        var isWhole = false
        let packed = [UInt8](unsafeUninitializedCapacity: room) { out, count in
            stream.next_in = reading(block)
            stream.avail_in = UInt32(block.count)
            stream.next_out = out.baseAddress
            stream.avail_out = UInt32(room)
            let status = deflate(&stream, isLast ? Z_FINISH : Z_SYNC_FLUSH)
            isWhole = status == (isLast ? Z_STREAM_END : Z_OK) && stream.avail_in == 0 && stream.avail_out > 0
            count = room - Int(stream.avail_out)
        }
        guard isWhole else { throw failed }
        return packed
    }

    private static func unpacks(_ packed: [UInt8], to block: UnsafeRawBufferPointer) -> Bool {
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return false
        }
        defer { inflateEnd(&stream) }
        return withUnsafeTemporaryAllocation(byteCount: block.count + 1, alignment: 16) { room in
            packed.withUnsafeBytes { packed in
                stream.next_in = reading(packed)
                stream.avail_in = UInt32(packed.count)
                stream.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(room.count)
                let status = inflate(&stream, Z_SYNC_FLUSH)
                return (status == Z_OK || status == Z_STREAM_END) && stream.avail_in == 0
                    && room.count - Int(stream.avail_out) == block.count
                    && (block.isEmpty || memcmp(room.baseAddress!, block.baseAddress!, block.count) == 0)
            }
        }
    }

    /// zlib's pointer to its input is not const; it does not write there.
    private static func reading(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
        UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: UInt8.self)
    }

    private static func littleEndian(_ value: UInt) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static var failed: ImagingError {
        ImagingError(.unwritable, "The image could not be packed. Free memory and try again.", subject: "gzip")
    }
}
