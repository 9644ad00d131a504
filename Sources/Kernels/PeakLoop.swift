/// Chains of fused operations that do not wait for each other: more than the units of any processor times their latency.
private let chains = 12

/// Operations of one round of `peakLoop`: a multiplication and an addition per float of every chain.
@inline(never)
package func peakLoopOperations() -> Int { 2 &* chains &* Lanes.width }

/// Nothing but arithmetic in registers: what the processor could do if nothing else held it up.
///
/// - Parameter factor: slightly under one, so that no value grows without bound.
@inline(never)
package func peakLoop(rounds: Int, factor: Float) -> Float {
    let (a, b) = (Lanes(repeating: factor), Lanes(repeating: 1))
    var (c0, c1, c2, c3) = (b, b + b, b + a, a)
    var (c4, c5, c6, c7) = (c0 + a, c1 + a, c2 + a, c3 + a)
    var (c8, c9, c10, c11) = (c4 + a, c5 + a, c6 + a, c7 + a)
    for _ in 0..<rounds {
        c0 = fused(c0, a, b)
        c1 = fused(c1, a, b)
        c2 = fused(c2, a, b)
        c3 = fused(c3, a, b)
        c4 = fused(c4, a, b)
        c5 = fused(c5, a, b)
        c6 = fused(c6, a, b)
        c7 = fused(c7, a, b)
        c8 = fused(c8, a, b)
        c9 = fused(c9, a, b)
        c10 = fused(c10, a, b)
        c11 = fused(c11, a, b)
    }
    return (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11).sum()
}
