// Max-pooling with a window of 3, stride 2 and padding 1; NaN counts as larger than any number.

/// Whole numbers, as many as a vector has floats.
private typealias IntegerLanes = Lanes.MaskStorage

extension Lanes {
    /// Where `other` takes the place of self in PyTorch's order: it is larger, or NaN.
    @inline(__always) fileprivate func isExceeded(by other: Lanes) -> SIMDMask<MaskStorage> {
        (other .> self) .| (other .!= other)
    }
}

/// Pools one plane that ReLU has passed over its two axes, and takes the maximum with what is there unless it is the
/// `first` plane of a window.
///
/// Such values, none of them negative and no zero either, are in the same order as their bits are as whole numbers, and
/// NaN of either sign is above them all: one instruction for each maximum.
///
/// - Parameters:
///   - plane: (height, width, lanes)
///   - to: ((height + 1) / 2, (width + 1) / 2, lanes)
@inline(never)
package func poolPlane(
    plane: UnsafePointer<Float>, height: Int, width: Int, lanes: Int, to: UnsafeMutablePointer<Float>, first: Bool
) {
    let row = width &* lanes
    let outWidth = (width &+ 1) / 2
    for y in 0..<((height &+ 1) / 2) {
        // A row outside is replaced by one inside that the window has anyway.
        let middle = UnsafeRawPointer(plane + 2 &* y &* row)
        let above = y > 0 ? middle - 4 &* row : middle
        let below = 2 &* y &+ 1 < height ? middle + 4 &* row : middle
        let target = UnsafeMutableRawPointer(to + y &* outWidth &* lanes)
        var lane = 0
        while lane < lanes {
            // Zero is no larger than any value.
            var left = Bits.zero
            for x in 0..<outWidth {
                let at = 4 &* (2 &* x &* lanes &+ lane)
                let next = 2 &* x &+ 1 < width ? at &+ 4 &* lanes : at
                let center = larger(larger(bits(above + at), bits(middle + at)), bits(below + at))
                let right = larger(larger(bits(above + next), bits(middle + next)), bits(below + next))
                var largest = larger(larger(left, center), right)
                left = right
                let place = target + 4 &* (x &* lanes &+ lane)
                if !first { largest = larger(largest, bits(UnsafeRawPointer(place))) }
                place.storeBytes(of: largest, as: Bits.self)
            }
            lane &+= Lanes.width
        }
    }
}

@inline(__always) private func larger(_ a: Bits, _ b: Bits) -> Bits { a.replacing(with: b, where: b .> a) }

@inline(__always) private func bits(_ place: UnsafeRawPointer) -> Bits { place.loadUnaligned(as: Bits.self) }

/// One line of pooled voxels, and which tap each value came from, the first of equals as in PyTorch.
///
/// - Parameters:
///   - lines: for each of the 9 taps (axis 0, axis 1) the input line (width, lanes) under it, or nil where it is outside.
///   - to: ((width + 1) / 2, lanes)
///   - taps: likewise, the tap (axis 0, axis 1, axis 2) as one number of 0..<27.
@inline(never)
package func poolLine(
    lines: UnsafePointer<UnsafePointer<Float>?>, width: Int, lanes: Int, to: UnsafeMutablePointer<Float>,
    taps: UnsafeMutablePointer<UInt8>
) {
    for x in 0..<((width &+ 1) / 2) {
        let begin = x > 0 ? 0 : 1
        let end = 2 &* x &+ 1 < width ? 3 : 2
        var lane = 0
        while lane < lanes {
            var largest = Lanes.zero
            var tap = IntegerLanes.zero
            var isFirst = true
            for line in 0..<9 {
                guard let from = lines[line] else { continue }
                for c in begin..<end {
                    let value = Lanes(at: from + ((2 &* x &- 1 &+ c) &* lanes &+ lane))
                    let number = IntegerLanes(repeating: Int32(truncatingIfNeeded: 3 &* line &+ c))
                    if isFirst {
                        (largest, tap) = (value, number)
                        isFirst = false
                    } else {
                        let wins = largest.isExceeded(by: value)
                        largest.replace(with: value, where: wins)
                        tap.replace(with: number, where: wins)
                    }
                }
            }
            let place = x &* lanes &+ lane
            largest.store(to + place)
            UnsafeMutableRawPointer(taps + place).storeBytes(
                of: ByteLanes(truncatingIfNeeded: tap), as: ByteLanes.self)
            lane &+= Lanes.width
        }
    }
}

/// The gradient of one line of input voxels: of each window over a voxel, the gradient of its maximum where it came from
/// there.
///
/// - Parameters:
///   - dy, taps: for each of the 2 · 2 windows over the line (axis 0, axis 1), the output line (outWidth, lanes), or nil.
///   - firstTaps: the tap under which the line's voxels lie on axes 0 and 1, times 3, for each of the windows.
///   - dx: (width, lanes)
@inline(never)
package func unpoolLine(
    dy: UnsafePointer<UnsafePointer<Float>?>, taps: UnsafePointer<UnsafePointer<UInt8>?>,
    firstTaps: UnsafePointer<Int>, width: Int, lanes: Int, dx: UnsafeMutablePointer<Float>
) {
    for x in 0..<width {
        var lane = 0
        while lane < lanes {
            var sum = Lanes.zero
            for window in 0..<4 {
                guard let values = dy[window], let origins = taps[window] else { continue }
                // An even voxel is the middle of one window; an odd one the end of one and the beginning of the next.
                var o = x / 2
                var tap = firstTaps[window] &+ (x % 2 == 0 ? 1 : 2)
                repeat {
                    let place = o &* lanes &+ lane
                    let bytes = UnsafeRawPointer(origins + place).loadUnaligned(as: ByteLanes.self)
                    let origin = IntegerLanes(truncatingIfNeeded: bytes)
                    let isMine = origin .== IntegerLanes(repeating: Int32(truncatingIfNeeded: tap))
                    sum += Lanes.zero.replacing(with: Lanes(at: values + place), where: isMine)
                    o &+= 1
                    tap &-= 2
                } while x % 2 == 1 && o == x / 2 &+ 1 && o < (width &+ 1) / 2
            }
            sum.store(dx + (x &* lanes &+ lane))
            lane &+= Lanes.width
        }
    }
}
