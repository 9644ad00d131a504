import CZlib

/// Pictures as PNG files in memory (ISO/IEC 15948): 8-bit grey where the picture is grey, else 8-bit RGB.
package enum PNG {
    /// The bytes of a PNG file.
    ///
    /// Each row takes the filter with the smallest sum of absolute differences, as the standard suggests.
    /// - Throws: `imageFailed` where zlib has no memory.
    package static func encode(_ raster: Raster) throws(ReportingError) -> [UInt8] {
        let channels = raster.isGrey ? 1 : 3
        let pixels =
            channels == 3 ? raster.bytes : stride(from: 0, to: raster.bytes.count, by: 3).map { raster.bytes[$0] }
        let filtered = filterRows(pixels, rowBytes: raster.width * channels, height: raster.height, channels: channels)

        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let colourType: UInt8 = channels == 1 ? 0 : 2
        append(
            "IHDR", bigEndian(UInt32(raster.width)) + bigEndian(UInt32(raster.height)) + [8, colourType, 0, 0, 0],
            to: &file)
        append("IDAT", try deflate(filtered), to: &file)
        append("IEND", [], to: &file)
        return file
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
    }

    /// Length, type, data and the CRC of type and data.
    private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        let body = Array(type.utf8) + data
        file += bigEndian(UInt32(data.count))
        file += body
        file += bigEndian(UInt32(truncatingIfNeeded: crc32(0, body, UInt32(body.count))))
    }

    /// The default takes three times as long and saves 4 %.
    private static let level: Int32 = 3

    private static func deflate(_ bytes: [UInt8]) throws(ReportingError) -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&packed, &length, bytes, UInt(bytes.count), level)
        guard status == Z_OK else {
            throw ReportingError(
                .imageFailed, "zlib could not pack a picture (status \(status)); free memory and retry.")
        }
        packed.removeLast(packed.count - Int(length))
        return packed
    }

    /// (height, 1 + rowBytes): every row after the number of its filter: 0 none, 1 left, 2 above, 3 mean of both, 4 Paeth.
    private static func filterRows(_ pixels: [UInt8], rowBytes: Int, height: Int, channels: Int) -> [UInt8] {
        // A row of zeros above the first, and a pixel of zeros before each, as the standard has it.
        let stride = channels + rowBytes
        var padded = [UInt8](repeating: 0, count: stride * (height + 1))
        for row in 0..<height {
            let at = (row + 1) * stride + channels
            padded.replaceSubrange(at..<(at + rowBytes), with: pixels[row * rowBytes..<(row + 1) * rowBytes])
        }
        var result: [UInt8] = []
        result.reserveCapacity((rowBytes + 1) * height)
        var lines = [UInt8](repeating: 0, count: 5 * rowBytes)
        padded.withUnsafeBufferPointer { padded in
            lines.withUnsafeMutableBufferPointer { lines in
                for row in 0..<height {
                    let best = filter(
                        padded.baseAddress! + (row + 1) * stride + channels, channels, stride, rowBytes, into: lines)
                    result.append(UInt8(best))
                    result += UnsafeBufferPointer(rebasing: lines[best * rowBytes..<(best + 1) * rowBytes])
                }
            }
        }
        return result
    }

    /// Filters one row in all five ways and says which has the smallest sum of absolute differences.
    ///
    /// - Parameters:
    ///   - row: the first byte of the row; the pixel before it and the row above are there too.
    ///   - lines: (5, rowBytes)
    private static func filter(
        _ row: UnsafePointer<UInt8>, _ channels: Int, _ stride: Int, _ rowBytes: Int,
        into lines: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var costs = (0, 0, 0, 0, 0)
        func cost(_ byte: UInt8) -> Int { Int(min(byte, 0 &- byte)) }
        for at in 0..<rowBytes {
            let (value, left, up, corner) = (
                row[at], row[at - channels], row[at - stride], row[at - stride - channels]
            )
            let filtered = (
                value, value &- left, value &- up, value &- UInt8((UInt16(left) + UInt16(up)) / 2),
                value &- paeth(left, up, corner)
            )
            lines[at] = filtered.0
            lines[rowBytes + at] = filtered.1
            lines[2 * rowBytes + at] = filtered.2
            lines[3 * rowBytes + at] = filtered.3
            lines[4 * rowBytes + at] = filtered.4
            costs.0 += cost(filtered.0)
            costs.1 += cost(filtered.1)
            costs.2 += cost(filtered.2)
            costs.3 += cost(filtered.3)
            costs.4 += cost(filtered.4)
        }
        let all = [costs.0, costs.1, costs.2, costs.3, costs.4]
        return all.indices.min { all[$0] < all[$1] } ?? 0
    }

    @inline(__always)
    private static func paeth(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
        let estimate = Int16(left) + Int16(up) - Int16(corner)
        let (a, b, c) = (abs(estimate - Int16(left)), abs(estimate - Int16(up)), abs(estimate - Int16(corner)))
        if a <= b && a <= c { return left }
        return b <= c ? up : corner
    }
}
