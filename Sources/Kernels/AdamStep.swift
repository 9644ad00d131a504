/// One step of Adam on `count` parameters, a multiple of 16: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
/// p ← p − rate · m / (√v · root + ε).
@inline(never)
package func adamStep(
    count: Int, parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, keep1: Float, take1: Float, keep2: Float,
    take2: Float, rate: Float, root: Float, epsilon: Float
) {
    let (k1, t1) = (Lanes(repeating: keep1), Lanes(repeating: take1))
    let (k2, t2) = (Lanes(repeating: keep2), Lanes(repeating: take2))
    let (step, scale, least) = (Lanes(repeating: rate), Lanes(repeating: root), Lanes(repeating: epsilon))
    var at = 0
    while at < count {
        let g = Lanes(at: gradients + at)
        let m = fused(k1, Lanes(at: first + at), t1 * g)
        let v = fused(k2, Lanes(at: second + at), t2 * g * g)
        m.store(first + at)
        v.store(second + at)
        (Lanes(at: parameters + at) - step * m / fused(v.squareRoot(), scale, least)).store(parameters + at)
        at &+= Lanes.width
    }
}
