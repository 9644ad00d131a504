/// One register of AVX2. There are 16.
typealias Lanes = SIMD8<Float>

/// Vectors of columns that a product holds at once: 6 rows of 2 leave 4 registers for the operands.
typealias WideColumns = TwoColumns

/// a · b + c, rounded once.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { c.addingProduct(a, b) }
