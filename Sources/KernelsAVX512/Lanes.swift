/// One register of AVX-512. There are 32.
typealias Lanes = SIMD16<Float>

/// Vectors of columns that a product holds at once: 6 rows of 4 leave 8 registers for the operands.
typealias WideColumns = FourColumns

/// a · b + c, rounded once.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { c.addingProduct(a, b) }

/// As many bytes as a vector has floats.
typealias ByteLanes = SIMD16<UInt8>

/// The same for four values.
@inline(__always) func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
    c.addingProduct(a, b)
}
