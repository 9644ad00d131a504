/// Puts weights that lie apart side by side: to[places[e]][lane] = from[lane · stride + e] · factors[lane].
///
/// - Parameters:
///   - lanes: a multiple of a vector.
///   - count: values of one lane, side by side.
///   - places: where in `to` the lanes of each value go.
///   - room: a vector of vectors.
@inline(never)
package func packWeights(
    lanes: Int, from: UnsafePointer<Float>, stride: Int, count: Int, factors: UnsafePointer<Float>,
    to: UnsafeMutablePointer<Float>, places: UnsafePointer<Int>, room: UnsafeMutablePointer<Float>
) {
    let vector = Lanes.width
    var lane = 0
    while lane < lanes {
        let (rows, factor) = (from + lane &* stride, Lanes(at: factors + lane))
        var e = 0
        while e &+ vector <= count {
            Lanes.transpose(rows + e, stride, room, vector)
            for i in 0..<vector {
                (Lanes(at: UnsafePointer(room + i &* vector)) * factor).store(to + (places[e &+ i] &+ lane))
            }
            e &+= vector
        }
        while e < count {
            let target = to + (places[e] &+ lane)
            if stride == 1 {
                (Lanes(at: rows + e) * factor).store(target)
            } else {
                for i in 0..<vector { target[i] = rows[i &* stride &+ e] * factors[lane &+ i] }
            }
            e &+= 1
        }
        lane &+= vector
    }
}
