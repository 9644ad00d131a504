internal import Crypto

/// SHA-256 of decoded stored pixels, the same for every encoding of one image.
///
/// What is hashed: frame after frame in the order given, row by row, each stored value (after Bits Stored and sign, before
/// rescale) as one byte where Bits Allocated is 8 and as two little-endian bytes (two's complement) where it is 16. For
/// an object without unused bits this is the hash of its Pixel Data as Explicit VR Little Endian holds it.
struct PixelHash {
    private var digest = SHA256()

    mutating func add(_ values: [Int32], bitsAllocated: Int) {
        if bitsAllocated == 8 {
            digest.update(data: values.map { UInt8(truncatingIfNeeded: $0) })
        } else {
            let words = values.map { UInt16(truncatingIfNeeded: $0).littleEndian }
            words.withUnsafeBytes { digest.update(bufferPointer: $0) }
        }
    }

    /// Lower-case hex.
    func hex() -> String { Digest.hex(digest.finalize()) }
}
