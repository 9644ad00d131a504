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

    private static func deflate(_ bytes: [UInt8]) throws(ReportingError) -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&packed, &length, bytes, UInt(bytes.count), Z_DEFAULT_COMPRESSION)
        guard status == Z_OK else {
            throw ReportingError(
                .imageFailed, "zlib could not pack a picture (status \(status)); free memory and retry.")
        }
        packed.removeLast(packed.count - Int(length))
        return packed
    }

    /// (height, 1 + rowBytes): every row after the number of its filter: 0 none, 1 left, 2 above, 3 mean of both, 4 Paeth.
    private static func filterRows(_ pixels: [UInt8], rowBytes: Int, height: Int, channels: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((rowBytes + 1) * height)
        var lines = [[UInt8]](repeating: [UInt8](repeating: 0, count: rowBytes), count: 5)
        for row in 0..<height {
            let start = row * rowBytes
            for at in 0..<rowBytes {
                let value = pixels[start + at]
                let left = at >= channels ? pixels[start + at - channels] : 0
                let up = row > 0 ? pixels[start - rowBytes + at] : 0
                let corner = row > 0 && at >= channels ? pixels[start - rowBytes + at - channels] : 0
                lines[0][at] = value
                lines[1][at] = value &- left
                lines[2][at] = value &- up
                lines[3][at] = value &- UInt8((Int(left) + Int(up)) / 2)
                lines[4][at] = value &- paeth(left, up, corner)
            }
            let costs = lines.map { line in line.reduce(0) { $0 + Int(min($1, 0 &- $1)) } }
            let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            result.append(UInt8(best))
            result += lines[best]
        }
        return result
    }

    private static func paeth(_ left: UInt8, _ up: UInt8, _ corner: UInt8) -> UInt8 {
        let estimate = Int(left) + Int(up) - Int(corner)
        let (a, b, c) = (abs(estimate - Int(left)), abs(estimate - Int(up)), abs(estimate - Int(corner)))
        if a <= b && a <= c { return left }
        return b <= c ? up : corner
    }
}
