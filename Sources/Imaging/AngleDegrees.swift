internal import Foundation

/// Angles between directions, accurate near 0° and 180° too.
enum AngleDegrees {
    /// - Parameters: cosine and sine of the angle, or both times one positive number.
    static func between(cosine: Double, sine: Double) -> Double { atan2(sine, cosine) * 180 / .pi }
}
