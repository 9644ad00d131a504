package import ConvNet

extension SeededGenerator {
    /// A generator of its own for a named part of a run, so that what one part draws changes nothing of another.
    ///
    /// - Parameter parts: in words, as in ("rotation", subject, epoch).
    package init(seed: UInt64, _ parts: String...) {
        self.init(seed: SeedName.seed(seed, parts))
    }
}

/// Seeds of named parts: FNV-1a (Fowler, Noll, Vo) over the seed and the names, then one step of SplitMix64.
package enum SeedName {
    package static func seed(_ seed: UInt64, _ parts: [String]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: seed >> UInt64(shift))) }
        for part in parts {
            for byte in part.utf8 { add(byte) }
            // A byte that no UTF-8 text holds, so that ("a", "bc") is not ("ab", "c").
            add(0xff)
        }
        var generator = SeededGenerator(seed: hash)
        return generator.next()
    }
}
