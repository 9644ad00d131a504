/// What Siemens' measurement protocol says about the slices of a 3D sequence.
///
/// The protocol is text (`key = value` lines between `### ASCCONV BEGIN` and `### ASCCONV END`) inside a binary element:
/// the CSA series header (0029,xx20), or (0021,xx19) since XA. The bytes may be anything: nothing is trusted but what is
/// found between the two marks.
package struct SiemensProtocol: Sendable, Hashable {
    /// Slices that are reconstructed for each slab (`sKSpace.lImagesPerSlab`).
    package var imagesPerSlab: Int
    /// Number of slabs (`sSliceArray.lSize`).
    package var slabs: Int

    private static let begin = Array("### ASCCONV BEGIN".utf8)
    private static let end = Array("### ASCCONV END".utf8)
    /// `sKSpace.ucDimension` of a 3D sequence.
    private static let threeDimensional = 4
    /// No protocol has more slices or slabs than this.
    private static let largest = 4096

    /// Nil where there is no protocol, it is cut off, or the sequence is not 3D.
    package init?(_ bytes: [UInt8]) {
        let found = bytes.withUnsafeBytes { bytes -> [String: Int]? in
            guard let start = Self.find(Self.begin, in: bytes, from: 0),
                let stop = Self.find(Self.end, in: bytes, from: start + Self.begin.count)
            else { return nil }
            return Self.values(UnsafeRawBufferPointer(rebasing: bytes[start..<stop]))
        }
        guard let found, found[Self.dimensionKey] == Self.threeDimensional, let images = found[Self.imagesKey],
            let slabs = found[Self.slabsKey]
        else { return nil }
        imagesPerSlab = images
        self.slabs = slabs
    }

    private static let dimensionKey = "sKSpace.ucDimension"
    private static let imagesKey = "sKSpace.lImagesPerSlab"
    private static let slabsKey = "sSliceArray.lSize"
    private static let keys = [dimensionKey, imagesKey, slabsKey].map { (name: $0, bytes: Array($0.utf8)) }

    /// The first place of `mark` at or after `from`.
    private static func find(_ mark: [UInt8], in bytes: UnsafeRawBufferPointer, from: Int) -> Int? {
        var at = from
        while at + mark.count <= bytes.count {
            if bytes[at] == mark[0], bytes[at..<(at + mark.count)].elementsEqual(mark) { return at }
            at += 1
        }
        return nil
    }

    /// The wanted keys with their whole numbers; the first line of a key counts.
    private static func values(_ text: UnsafeRawBufferPointer) -> [String: Int] {
        var result: [String: Int] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let sign = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = line[..<sign].trimmingSpace
            for key in keys where name.elementsEqual(key.bytes) && result[key.name] == nil {
                result[key.name] = number(line[(sign + 1)...].trimmingSpace)
            }
        }
        return result
    }

    /// A whole number from 1 to `largest`, decimal or `0x…`.
    private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let isHexadecimal = bytes.starts(with: "0x".utf8)
        let digits = isHexadecimal ? bytes.dropFirst(2) : bytes
        guard (1...8).contains(digits.count), digits.allSatisfy({ (0x30...0x7a).contains($0) }),
            let value = Int(String(decoding: digits, as: UTF8.self), radix: isHexadecimal ? 16 : 10),
            (1...largest).contains(value)
        else { return nil }
        return value
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Without the spaces, tabs and line ends around it.
    fileprivate var trimmingSpace: Self {
        let isSpace: (UInt8) -> Bool = { [0x20, 0x09, 0x0d].contains($0) }
        var part = drop(while: isSpace)
        while let last = part.last, isSpace(last) { part = part.dropLast() }
        return part
    }
}
