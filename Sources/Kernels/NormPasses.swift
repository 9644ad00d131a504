/// The passes of batch norm that write. Rows are voxels, `lanes` floats each, a multiple of 16 and one after the other.
///
/// norm(z) = (z − mean) · factor + shift, each with one value per channel.

/// y = norm(z), or max(0, norm(z)) where `relu`. `y` may be `z`. NaN stays NaN.
@inline(never)
package func normalise(
    rows: Int, lanes: Int, z: UnsafePointer<Float>, mean: UnsafePointer<Float>, factor: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, relu: Bool, y: UnsafeMutablePointer<Float>
) {
    var at = 0
    for _ in 0..<rows {
        var c = 0
        while c < lanes {
            let value = normed(Lanes(at: z + (at &+ c)), mean + c, factor + c, shift + c)
            (relu ? positive(value) : value).store(y + (at &+ c))
            c &+= Lanes.width
        }
        at &+= lanes
    }
}

/// y = max(0, norm(z) + other). `y` may be `z` or `other`.
@inline(never)
package func normaliseAdding(
    rows: Int, lanes: Int, z: UnsafePointer<Float>, mean: UnsafePointer<Float>, factor: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, other: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
    var at = 0
    for _ in 0..<rows {
        var c = 0
        while c < lanes {
            let value = normed(Lanes(at: z + (at &+ c)), mean + c, factor + c, shift + c)
            positive(value + Lanes(at: other + (at &+ c))).store(y + (at &+ c))
            c &+= Lanes.width
        }
        at &+= lanes
    }
}

/// y = max(0, norm(z) + otherNorm(other)). `y` may be `z` or `other`.
@inline(never)
package func normaliseBoth(
    rows: Int, lanes: Int, z: UnsafePointer<Float>, mean: UnsafePointer<Float>, factor: UnsafePointer<Float>,
    shift: UnsafePointer<Float>, other: UnsafePointer<Float>, otherMean: UnsafePointer<Float>,
    otherFactor: UnsafePointer<Float>, otherShift: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
) {
    var at = 0
    for _ in 0..<rows {
        var c = 0
        while c < lanes {
            let value = normed(Lanes(at: z + (at &+ c)), mean + c, factor + c, shift + c)
            let around = normed(Lanes(at: other + (at &+ c)), otherMean + c, otherFactor + c, otherShift + c)
            positive(value + around).store(y + (at &+ c))
            c &+= Lanes.width
        }
        at &+= lanes
    }
}

/// dz = factor · d − slope · (z − mean) − offset, where d is dy, or where `throughReLU` dy where norm(z) > 0 and else 0.
/// `dz` may be `dy` or `z`.
@inline(never)
package func spreadNorm(
    rows: Int, lanes: Int, dy: UnsafePointer<Float>, z: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    factor: UnsafePointer<Float>, shift: UnsafePointer<Float>, slope: UnsafePointer<Float>,
    offset: UnsafePointer<Float>, throughReLU: Bool, dz: UnsafeMutablePointer<Float>
) {
    var at = 0
    for _ in 0..<rows {
        var c = 0
        while c < lanes {
            let centered = Lanes(at: z + (at &+ c)) - Lanes(at: mean + c)
            let scale = Lanes(at: factor + c)
            var d = Lanes(at: dy + (at &+ c))
            if throughReLU { d = passed(d, fused(centered, scale, Lanes(at: shift + c))) }
            let rest = fused(centered, Lanes(at: slope + c), Lanes(at: offset + c))
            (scale * d - rest).store(dz + (at &+ c))
            c &+= Lanes.width
        }
        at &+= lanes
    }
}

/// dz = factor · dy, and 0 where y, if given, is not above 0. `dz` may be `dy`.
@inline(never)
package func scaleGradient(
    rows: Int, lanes: Int, dy: UnsafePointer<Float>, y: UnsafePointer<Float>?, factor: UnsafePointer<Float>,
    dz: UnsafeMutablePointer<Float>
) {
    var at = 0
    for _ in 0..<rows {
        var c = 0
        while c < lanes {
            var d = Lanes(at: factor + c) * Lanes(at: dy + (at &+ c))
            if let y { d = passed(d, Lanes(at: y + (at &+ c))) }
            d.store(dz + (at &+ c))
            c &+= Lanes.width
        }
        at &+= lanes
    }
}

/// dy = dy where y > 0, else 0.
@inline(never)
package func maskGradient(count: Int, y: UnsafePointer<Float>, dy: UnsafeMutablePointer<Float>) {
    var at = 0
    while at < count {
        passed(Lanes(at: dy + at), Lanes(at: y + at)).store(dy + at)
        at &+= Lanes.width
    }
}

/// (z − mean) · factor + shift
@inline(__always)
func normed(
    _ z: Lanes, _ mean: UnsafePointer<Float>, _ factor: UnsafePointer<Float>, _ shift: UnsafePointer<Float>
) -> Lanes {
    fused(z - Lanes(at: mean), Lanes(at: factor), Lanes(at: shift))
}

/// max(0, value); NaN stays NaN.
@inline(__always)
func positive(_ value: Lanes) -> Lanes { value.replacing(with: Lanes.zero, where: value .< Lanes.zero) }

/// The gradient where ReLU let `value` pass, else 0.
@inline(__always)
func passed(_ gradient: Lanes, _ value: Lanes) -> Lanes {
    gradient.replacing(with: Lanes.zero, where: value .<= Lanes.zero)
}
