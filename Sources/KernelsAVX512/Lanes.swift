/// One register of AVX-512. There are 32.
typealias Lanes = SIMD16<Float>

/// Vectors of columns that a product holds at once: 6 rows of 4 leave 8 registers for the operands.
typealias WideColumns = FourColumns

/// a · b + c, rounded once.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { c.addingProduct(a, b) }
