/// One register of any x86-64 processor. There are 16.
typealias Lanes = SIMD4<Float>

/// Vectors of columns that a product holds at once: 6 rows of 2 leave 4 registers for the operands.
typealias WideColumns = TwoColumns

/// a · b + c, rounded twice: such a processor has no fused operation, and to imitate one is a hundred times slower.
@inline(__always) func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { a * b + c }

/// As many bytes as a vector has floats.
typealias ByteLanes = SIMD4<UInt8>
