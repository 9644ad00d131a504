extension [Float] {
    /// The lowest and the highest value, none of which may be NaN; nil where there are none.
    package var extremes: (low: Float, high: Float)? {
        guard let first else { return nil }
        return withUnsafeBufferPointer { values in
            var (lows, highs) = (SIMD16<Float>(repeating: first), SIMD16<Float>(repeating: first))
            let whole = values.count / 16 * 16
            for at in stride(from: 0, to: whole, by: 16) {
                let some = UnsafeRawPointer(values.baseAddress! + at).loadUnaligned(as: SIMD16<Float>.self)
                lows.replace(with: some, where: some .< lows)
                highs.replace(with: some, where: some .> highs)
            }
            var (low, high) = (lows.min(), highs.max())
            for value in values[whole...] { (low, high) = (Swift.min(low, value), Swift.max(high, value)) }
            return (low, high)
        }
    }
}
