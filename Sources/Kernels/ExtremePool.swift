// Max-pooling of what a batch norm will make of z, by the sign of its factor.

/// Whole numbers, as many as a vector has floats.
private typealias IntegerLanes = Lanes.MaskStorage

/// One line of pooled voxels: of the values under each window the one whose product with `sign` is largest, the first of
/// equals, and its tap.
///
/// - Parameters:
///   - z: one sample, (planes, height, width, lanes), of which planes `firstA` ..< `endA` and rows `firstB` ..< `endB` lie
///     under the windows.
///   - firstTap: number of the tap at (firstA, firstB, 0) of the window with axis 2 at 0, which may lie outside.
///   - kernel, stride, padding: of axis 2; taps count along axis 2 first, `kernel` to each row.
///   - sign: 1, −1 or 0 per channel.
///   - to: (count, lanes)
@inline(never)
package func extremeLine(
    z: UnsafePointer<Float>, height: Int, width: Int, lanes: Int, firstA: Int, endA: Int, firstB: Int, endB: Int,
    firstTap: Int, kernel: Int, stride: Int, padding: Int, count: Int, sign: UnsafePointer<Float>,
    to: UnsafeMutablePointer<Float>, taps: UnsafeMutablePointer<UInt8>
) {
    for k in 0..<count {
        let begin = k &* stride &- padding
        let firstC = begin < 0 ? 0 : begin
        let endC = begin &+ kernel < width ? begin &+ kernel : width
        var lane = 0
        while lane < lanes {
            let turn = Lanes(at: sign + lane)
            var best = Lanes(repeating: -Float.infinity)
            var value = Lanes.zero
            var place = IntegerLanes.zero
            for a in firstA..<endA {
                for b in firstB..<endB {
                    let row = z + ((a &* height &+ b) &* width &* lanes &+ lane)
                    let tap = firstTap &+ ((a &- firstA) &* kernel &+ b &- firstB) &* kernel &- begin
                    for c in firstC..<endC {
                        let here = Lanes(at: row + c &* lanes)
                        let turned = here * turn
                        let isLarger = turned .> best
                        best.replace(with: turned, where: isLarger)
                        value.replace(with: here, where: isLarger)
                        place.replace(
                            with: IntegerLanes(repeating: Int32(truncatingIfNeeded: tap &+ c)), where: isLarger)
                    }
                }
            }
            value.store(to + (k &* lanes &+ lane))
            let bytes = taps + (k &* lanes &+ lane)
            for i in 0..<Lanes.width { bytes[i] = UInt8(truncatingIfNeeded: place[i]) }
            lane &+= Lanes.width
        }
    }
}

/// One line of the gradient of z, in the place of z: factor · d − slope · (z − mean) − offset, where d is the sum of the
/// gradients of those windows whose tap this voxel was.
///
/// - Parameters:
///   - z: the line, (width, lanes)
///   - dy: one sample, (planes, height, count, lanes); planes `firstA` ..< `endA` and rows `firstB` ..< `endB` hold the
///     windows over this line.
///   - firstTap: the tap that this line's voxel with axis 2 at 0 is in window (firstA, firstB, 0); the next window of axis 0
///     has `stride` · kernel² less, of axis 1 `stride` · kernel, of axis 2 `stride`.
@inline(never)
package func extremeGradientLine(
    z: UnsafeMutablePointer<Float>, width: Int, lanes: Int, dy: UnsafePointer<Float>, taps: UnsafePointer<UInt8>,
    height: Int, count: Int, firstA: Int, endA: Int, firstB: Int, endB: Int, firstTap: Int, kernel: Int, stride: Int,
    padding: Int, mean: UnsafePointer<Float>, factor: UnsafePointer<Float>, slope: UnsafePointer<Float>,
    offset: UnsafePointer<Float>
) {
    for k in 0..<width {
        let last = (k &+ padding) / stride
        let endC = last < count ? last &+ 1 : count
        let least = k &+ padding &- kernel &+ stride
        let firstC = least < 0 ? 0 : least / stride
        var lane = 0
        while lane < lanes {
            var sum = Lanes.zero
            for a in firstA..<endA {
                for b in firstB..<endB {
                    let row = (a &* height &+ b) &* count
                    let tap = firstTap &- ((a &- firstA) &* kernel &+ b &- firstB) &* kernel &* stride &+ k
                    var c = firstC
                    while c < endC {
                        let at = (row &+ c) &* lanes &+ lane
                        let number = Int32(truncatingIfNeeded: tap &- c &* stride)
                        let isHere = bytes(taps + at) .== IntegerLanes(repeating: number)
                        sum += Lanes.zero.replacing(with: Lanes(at: dy + at), where: isHere)
                        c &+= 1
                    }
                }
            }
            let at = k &* lanes &+ lane
            let centered = Lanes(at: z + at) - Lanes(at: mean + lane)
            let rest = fused(centered, Lanes(at: slope + lane), Lanes(at: offset + lane))
            (Lanes(at: factor + lane) * sum - rest).store(z + at)
            lane &+= Lanes.width
        }
    }
}

/// Bytes as whole numbers of 32 bits.
@inline(__always)
private func bytes(_ place: UnsafePointer<UInt8>) -> IntegerLanes {
    var numbers = IntegerLanes.zero
    for i in 0..<Lanes.width { numbers[i] = Int32(place[i]) }
    return numbers
}
