/// Seeds that follow from a run's seed and the names of what they are for, so that no random choice depends on the order
/// in which choices are made, on threads, or on where a run was taken up again.
package enum DerivedSeed {
    /// - Parameter parts: as in ["angles", fold, "3", "sub-00001"]; the same parts in the same order give the same seed.
    package static func make(_ root: UInt64, _ parts: String...) -> UInt64 {
        // FNV-1a over the parts with their lengths, then the finaliser of SplitMix64.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        func take(_ number: UInt64) {
            for shift in stride(from: 0, to: 64, by: 8) { take(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
        }
        take(root)
        for part in parts {
            take(UInt64(part.utf8.count))
            part.utf8.forEach(take)
        }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
