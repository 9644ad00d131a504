import CCPU

/// The gradient where a ReLU let `value` pass, else 0.
@inline(__always) func passed(_ gradient: Lanes, _ value: Lanes) -> Lanes { passed8(gradient, value) }

/// step · m / (√v · scale + least)
@inline(__always) func adam(_ step: Lanes, _ m: Lanes, _ v: Lanes, _ scale: Lanes, _ least: Lanes) -> Lanes {
    adam8(step, m, v, scale, least)
}

/// Whole numbers, as many as a vector has floats.
typealias Places = SIMD8<Int32>

/// Where value · sign is larger than `best`, it takes the place of `best`, the value that of `winner` and `number` that of
/// `place`.
@inline(__always) func better(
    _ value: Lanes, _ sign: Lanes, _ number: Int32, _ best: inout Lanes, _ winner: inout Lanes, _ place: inout Places
) {
    let turned = value * sign
    let isLarger = larger8(turned, best)
    best = chosen8(isLarger, turned, best)
    winner = chosen8(isLarger, value, winner)
    place = chosenNumber8(isLarger, number, place)
}

@inline(__always) func store(_ place: Places, _ to: UnsafeMutablePointer<UInt8>) { storePlaces8(place, to) }

/// The gradient where the byte is `number`, else 0.
@inline(__always) func taken(_ gradient: Lanes, _ from: UnsafePointer<UInt8>, _ number: Int32) -> Lanes {
    taken8(gradient, from, number)
}
