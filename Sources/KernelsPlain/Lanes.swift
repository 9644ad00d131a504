import CCPU

/// One register of any x86-64 processor. There are 16.
typealias Lanes = SIMD4<Float>

/// Vectors of columns that a product holds at once: 6 rows of 2 leave 4 registers for the operands.
typealias WideColumns = TwoColumns

/// a · b + c, rounded twice: such a processor has no fused operation, and to imitate one is a hundred times slower.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { a * b + c }

/// The bits of a vector as whole numbers.
typealias Bits = SIMD4<UInt32>

/// As many bytes as a vector has floats.
typealias ByteLanes = SIMD4<UInt8>

@inline(__always) func + (_ a: Lanes, _ b: Lanes) -> Lanes { sum4(a, b) }
@inline(__always) func - (_ a: Lanes, _ b: Lanes) -> Lanes { difference4(a, b) }
@inline(__always) func * (_ a: Lanes, _ b: Lanes) -> Lanes { product4(a, b) }
@inline(__always) func += (_ a: inout Lanes, _ b: Lanes) { a = sum4(a, b) }

extension Lanes {
    /// Negative values are zero; NaN stays.
    @inline(__always) var rectified: Lanes { rectified4(self) }

    /// `width` rows of `width` floats, `stride` apart, to as many columns.
    @inline(__always)
    static func transpose(
        _ from: UnsafePointer<Float>, _ stride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int
    ) { transpose4(from, stride, to, toStride) }
}
