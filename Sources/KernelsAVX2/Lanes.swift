/// One register of AVX2. There are 16.
typealias Lanes = SIMD8<Float>

/// Vectors of columns that a product holds at once: 6 rows of 2 leave 4 registers for the operands.
typealias WideColumns = TwoColumns

/// a · b + c, rounded once.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { c.addingProduct(a, b) }

/// As many bytes as a vector has floats.
typealias ByteLanes = SIMD8<UInt8>

/// The same for four values.
@inline(__always) func fused(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>) -> SIMD4<Float> {
    c.addingProduct(a, b)
}
