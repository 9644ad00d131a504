import DICOM

/// Writes small DICOM objects, Explicit VR Little Endian, byte by byte: independent of the library under test.
struct TestObject {
    /// Elements of one level, written in the order of their tags.
    struct Level {
        private var elements: [UInt32: [UInt8]] = [:]

        mutating func set(_ tag: UInt32, _ vr: String, _ value: [UInt8]) {
            var bytes = little(UInt16(tag >> 16)) + little(UInt16(tag & 0xffff)) + Array(vr.utf8)
            let even = value.count % 2 == 0 ? value : value + [vr == "UI" || vr == "OW" ? 0 : 0x20]
            if ["OB", "OW", "SQ", "UN"].contains(vr) {
                bytes += [0, 0] + little(UInt32(even.count))
            } else {
                bytes += little(UInt16(even.count))
            }
            elements[tag] = bytes + even
        }

        mutating func set(_ tag: UInt32, _ vr: String, _ text: String) { set(tag, vr, Array(text.utf8)) }

        mutating func set(_ tag: UInt32, _ value: Int) { set(tag, "US", little(UInt16(value))) }

        mutating func set(_ tag: UInt32, items: [Level]) {
            var bytes: [UInt8] = []
            for item in items {
                let content = item.bytes
                bytes += little(UInt16(0xfffe)) + little(UInt16(0xe000)) + little(UInt32(content.count)) + content
            }
            set(tag, "SQ", bytes)
        }

        mutating func remove(_ tag: UInt32) { elements[tag] = nil }

        var bytes: [UInt8] { elements.sorted { $0.key < $1.key }.flatMap(\.value) }
    }

    var root = Level()
    var sopClass = "1.2.840.10008.5.1.4.1.1.4"

    /// A whole file: preamble, meta group, data set.
    var file: [UInt8] {
        var meta = Level()
        meta.set(0x0002_0002, "UI", sopClass)
        meta.set(0x0002_0003, "UI", "1.2.3.4.5")
        meta.set(0x0002_0010, "UI", TransferSyntax.explicitLittleEndian.rawValue)
        let group = meta.bytes
        var length = Level()
        length.set(0x0002_0000, "UL", little(UInt32(group.count)))
        return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length.bytes + group + root.bytes
    }

    /// One axial slice whose pixels are `value(column, row)` as stored words.
    static func slice(
        _ k: Int, columns: Int = 5, rows: Int = 4, value: (Int, Int) -> Int
    ) -> TestObject {
        var object = TestObject()
        object.root.set(0x0008_0016, "UI", object.sopClass)
        object.root.set(0x0008_0018, "UI", "1.2.3.4.\(k + 1)")
        object.root.set(0x0008_0060, "CS", "MR")
        object.root.set(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\M\\ND")
        object.root.set(0x0010_0010, "PN", "Test^Only")
        object.root.set(0x0010_0020, "LO", "T1")
        object.root.set(0x0020_000d, "UI", "1.2.3")
        object.root.set(0x0020_000e, "UI", "1.2.3.4")
        object.root.set(0x0020_0013, "IS", "\(k + 1)")
        object.root.set(0x0020_0032, "DS", "-5\\-6\\\(2 * k)")
        object.root.set(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0")
        object.root.set(0x0028_0030, "DS", "1.1\\0.9")
        object.setPixels(frames: 1, columns: columns, rows: rows) { _, column, row in value(column, row) }
        return object
    }

    mutating func setPixels(frames: Int, columns: Int, rows: Int, value: (Int, Int, Int) -> Int) {
        root.set(0x0028_0002, 1)
        root.set(0x0028_0004, "CS", "MONOCHROME2")
        if frames > 1 { root.set(0x0028_0008, "IS", "\(frames)") }
        root.set(0x0028_0010, rows)
        root.set(0x0028_0011, columns)
        root.set(0x0028_0100, 16)
        root.set(0x0028_0101, 16)
        root.set(0x0028_0102, 15)
        root.set(0x0028_0103, 0)
        var pixels: [UInt8] = []
        for frame in 0..<frames {
            for row in 0..<rows {
                for column in 0..<columns {
                    pixels += little(UInt16(truncatingIfNeeded: value(frame, column, row)))
                }
            }
        }
        root.set(0x7fe0_0010, "OW", pixels)
    }
}

func little(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
func little(_ value: UInt32) -> [UInt8] { little(UInt16(value & 0xffff)) + little(UInt16(value >> 16)) }
