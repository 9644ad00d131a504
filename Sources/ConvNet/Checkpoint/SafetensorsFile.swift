/// Named tensors in the safetensors format: a JSON header, then the numbers. Nothing in it can be executed.
///
/// Layout: 8 bytes length of the header, little-endian; the header; the tensors' bytes without gaps or overlaps.
package enum SafetensorsFile {
    /// A header longer than this is refused, as in the reference implementation.
    static let headerLimit = 100_000_000

    /// Reads every tensor, converted to float32 (F64 and integers rounded to the nearest).
    ///
    /// - Throws: `WEIGHTS_UNREADABLE`, `_TRUNCATED`, `_NOT_RECOGNISED`, `_MALFORMED`, `_UNSUPPORTED` (type of number).
    package static func read(_ path: String) throws(ConvNetError) -> [String: Tensor] {
        try MappedFile.withBytes(of: path) { file throws(ConvNetError) in
            let (header, data) = try parse(file)
            var tensors: [String: Tensor] = [:]
            for (name, entry) in header.entries {
                let bytes = UnsafeRawBufferPointer(rebasing: data[entry.range])
                let count = entry.range.count / entry.type.size
                tensors[name] = Tensor(shape: entry.shape, values: entry.type.values(bytes, count: count))
            }
            return tensors
        }
    }

    /// Reads the free text beside the tensors; empty where there is none.
    package static func readMetadata(_ path: String) throws(ConvNetError) -> [String: String] {
        try MappedFile.withBytes(of: path) { file throws(ConvNetError) in try parse(file).header.metadata }
    }

    /// The header, checked against the length of the file, and the bytes after it.
    static func parse(
        _ bytes: UnsafeRawBufferPointer
    ) throws(ConvNetError) -> (header: SafetensorsHeader, data: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else {
            throw ConvNetError(
                .truncated, "The file is shorter than a safetensors header; copy it again.", subject: "size")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        guard length <= headerLimit, length >= 2 else {
            throw ConvNetError(
                .notRecognised, "This is no safetensors file: its header would have \(length) bytes.", subject: "header"
            )
        }
        guard Int(length) <= bytes.count - 8 else {
            throw ConvNetError(.truncated, "The file ends within its header; copy it again.", subject: "header")
        }
        let header = try SafetensorsHeader(UnsafeRawBufferPointer(rebasing: bytes[8..<(8 + Int(length))]))
        let data = UnsafeRawBufferPointer(rebasing: bytes[(8 + Int(length))...])
        try check(header, dataLength: data.count)
        return (header, data)
    }

    /// Every tensor has the bytes that its shape needs; together they cover the data once.
    private static func check(_ header: SafetensorsHeader, dataLength: Int) throws(ConvNetError) {
        for (name, entry) in header.entries {
            var needed = entry.type.size
            for length in entry.shape {
                let (product, overflow) = needed.multipliedReportingOverflow(by: length)
                guard !overflow else {
                    throw ConvNetError(.malformed, "A shape of the header is too large for any file.", subject: name)
                }
                needed = product
            }
            guard needed == entry.range.count else {
                throw ConvNetError(
                    .malformed, "A tensor has \(entry.range.count) bytes where its shape needs \(needed).",
                    subject: name)
            }
        }
        var covered = 0
        let inOrder = header.entries.sorted {
            ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
                < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
        }
        for (name, entry) in inOrder {
            guard entry.range.lowerBound == covered else {
                throw ConvNetError(.malformed, "Tensors overlap or leave a gap in the file.", subject: name)
            }
            covered = entry.range.upperBound
        }
        guard covered <= dataLength else {
            throw ConvNetError(.truncated, "The file ends within its tensors; copy it again.", subject: "data")
        }
        guard covered == dataLength else {
            throw ConvNetError(.malformed, "The file has bytes that belong to no tensor.", subject: "data")
        }
    }
}
