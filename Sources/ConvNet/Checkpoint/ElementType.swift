/// How the numbers of a stored tensor are encoded, little-endian, and what they are as float32.
package enum ElementType: String, Sendable, CaseIterable {
    case float64 = "F64"
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int32 = "I32"
    case int16 = "I16"
    case int8 = "I8"
    case uint64 = "U64"
    case uint32 = "U32"
    case uint16 = "U16"
    case uint8 = "U8"
    case bool = "BOOL"

    /// Bytes per number.
    var size: Int {
        switch self {
        case .float64, .int64, .uint64: 8
        case .float32, .int32, .uint32: 4
        case .float16, .bfloat16, .int16, .uint16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Number `index` of the encoded numbers, rounded to the nearest float32. True is 1, false 0.
    func value(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
        func load<T: BitwiseCopyable>(_ type: T.Type) -> T {
            bytes.loadUnaligned(fromByteOffset: index * size, as: type)
        }
        return switch self {
        case .float64: Float(Double(bitPattern: UInt64(littleEndian: load(UInt64.self))))
        case .float32: Float(bitPattern: UInt32(littleEndian: load(UInt32.self)))
        case .float16: Self.widened(half: UInt16(littleEndian: load(UInt16.self)))
        case .bfloat16: Float(bitPattern: UInt32(UInt16(littleEndian: load(UInt16.self))) << 16)
        case .int64: Float(Int64(littleEndian: load(Int64.self)))
        case .int32: Float(Int32(littleEndian: load(Int32.self)))
        case .int16: Float(Int16(littleEndian: load(Int16.self)))
        case .int8: Float(load(Int8.self))
        case .uint64: Float(UInt64(littleEndian: load(UInt64.self)))
        case .uint32: Float(UInt32(littleEndian: load(UInt32.self)))
        case .uint16: Float(UInt16(littleEndian: load(UInt16.self)))
        case .uint8: Float(load(UInt8.self))
        case .bool: load(UInt8.self) == 0 ? 0 : 1
        }
    }

    /// All `count` numbers in their order.
    ///
    /// - Precondition: `bytes` holds that many.
    func values(_ bytes: UnsafeRawBufferPointer, count: Int) -> [Float] {
        precondition(bytes.count >= count * size, "as many bytes as the numbers need")
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialised in
            if self == .float32 && 1.littleEndian == 1 {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: bytes[..<(count * size)]))
            } else {
                for i in 0..<count { buffer.initializeElement(at: i, to: value(bytes, i)) }
            }
            initialised = count
        }
    }

    /// Binary32 as IEEE 754 binary16, rounded to the nearest, ties to even; nil where that is not finite.
    package static func narrowed(_ value: Float) -> UInt16? {
        let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
        let magnitude = value.magnitude
        // Half of the last place beyond the largest binary16 is rounded away from it.
        guard magnitude < 65520 else { return nil }
        if magnitude < 0x1p-14 {
            // Subnormal: whole multiples of 2⁻²⁴; 1024 of them are the smallest normal number, and the bits say so.
            return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
        }
        let bits = magnitude.bitPattern
        let odd = (bits >> 13) & 1
        return sign | UInt16((bits + 0xFFF + odd) >> 13 - 112 << 10)
    }

    /// IEEE 754 binary16 as binary32; exact, subnormal numbers, infinities and NaN included.
    package static func widened(half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) << 16
        let exponent = UInt32(half >> 10) & 0x1F
        let fraction = UInt32(half & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
