import CCPU

/// One register of AVX-512. There are 32.
typealias Lanes = SIMD16<Float>

/// Vectors of columns that a product holds at once: 6 rows of 4 leave 8 registers for the operands.
typealias WideColumns = FourColumns

/// a · b + c, rounded once.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { fused16(a, b, c) }

/// The bits of a vector as whole numbers.
typealias Bits = SIMD16<UInt32>

/// As many bytes as a vector has floats.
typealias ByteLanes = SIMD16<UInt8>

/// The same for four values.
@inline(__always) func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
    fused4(a, b, c)
}

@inline(__always) func + (_ a: Lanes, _ b: Lanes) -> Lanes { sum16(a, b) }
@inline(__always) func - (_ a: Lanes, _ b: Lanes) -> Lanes { difference16(a, b) }
@inline(__always) func * (_ a: Lanes, _ b: Lanes) -> Lanes { product16(a, b) }
@inline(__always) func += (_ a: inout Lanes, _ b: Lanes) { a = sum16(a, b) }

extension Lanes {
    /// Negative values are zero; NaN stays.
    @inline(__always) var rectified: Lanes { rectified16(self) }

    /// `width` rows of `width` floats, `stride` apart, to as many columns.
    @inline(__always)
    static func transpose(
        _ from: UnsafePointer<Float>, _ stride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int
    ) { transpose16(from, stride, to, toStride) }
}
