import CCPU

/// One register of AVX2. There are 16.
typealias Lanes = SIMD8<Float>

/// Vectors of columns that a product holds at once: 6 rows of 2 leave 4 registers for the operands.
typealias WideColumns = TwoColumns

/// a · b + c, rounded once.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { fused8(a, b, c) }

/// The bits of a vector as whole numbers.
typealias Bits = SIMD8<UInt32>

/// As many bytes as a vector has floats.
typealias ByteLanes = SIMD8<UInt8>

/// The same for four values.
@inline(__always) func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
    fused4(a, b, c)
}

@inline(__always) func + (_ a: Lanes, _ b: Lanes) -> Lanes { sum8(a, b) }
@inline(__always) func - (_ a: Lanes, _ b: Lanes) -> Lanes { difference8(a, b) }
@inline(__always) func * (_ a: Lanes, _ b: Lanes) -> Lanes { product8(a, b) }
@inline(__always) func += (_ a: inout Lanes, _ b: Lanes) { a = sum8(a, b) }

extension Lanes {
    /// Negative values are zero; NaN stays.
    @inline(__always) var rectified: Lanes { rectified8(self) }

    /// `width` rows of `width` floats, `stride` apart, to as many columns.
    @inline(__always)
    static func transpose(
        _ from: UnsafePointer<Float>, _ stride: Int, _ to: UnsafeMutablePointer<Float>, _ toStride: Int
    ) { transpose8(from, stride, to, toStride) }
}
