import ConvNet

/// Whose mask stands in for a subject's own, as a baseline.
package enum OtherMasks {
    /// For each place that has a mask another one that has one, each used once: a cycle through all of them in random order.
    ///
    /// - Returns: nil where there is no mask, or no other.
    package static func choose(_ hasMask: [Bool], seed: UInt64) -> [Int?] {
        var order = hasMask.indices.filter { hasMask[$0] }
        var generator = SeededGenerator(seed: seed ^ 0x6d61_736b_73)
        order.shuffle(using: &generator)
        var result = [Int?](repeating: nil, count: hasMask.count)
        guard order.count > 1 else { return result }
        for (place, index) in order.enumerated() { result[index] = order[(place + 1) % order.count] }
        return result
    }
}
