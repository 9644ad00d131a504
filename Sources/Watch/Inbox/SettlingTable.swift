/// What is remembered of each path in the inbox: forty bytes, and nothing on the heap.
///
/// An open hash table whose keys are hashes already. Two paths share a key once in about a thousand million inboxes of
/// a hundred thousand files; they would settle one after the other.
struct SettlingTable {
    struct Record {
        /// Fingerprint of the path; 0 for a free slot.
        var key: UInt64
        /// Fingerprint of what lies there.
        var state: UInt64
        var times: QuietTimes
    }

    private static let free = Record(key: 0, state: 0, times: QuietTimes(atNS: 0))
    private static let fewestSlots = 64

    /// A power of two, never full.
    private var slots: [Record] = []
    private(set) var count = 0

    /// Bytes that the table takes.
    var storedBytes: Int { slots.count * MemoryLayout<Record>.stride }

    /// Adds or renews what is known of `key`. - Returns: what is known now.
    mutating func observe(_ key: UInt64, state: UInt64, atNS now: Int64) -> QuietTimes {
        // Seven of eight slots in use: a hundred thousand files take 131,072 slots.
        if (count + 1) * 8 > slots.count * 7 { resize(to: max(Self.fewestSlots, slots.count * 2)) }
        let slot = slot(of: Self.usable(key))
        if slots[slot].key == 0 {
            count += 1
            slots[slot] = Record(key: Self.usable(key), state: state, times: QuietTimes(atNS: now))
        } else {
            let isUnchanged = slots[slot].state == state
            slots[slot].times.observe(isUnchanged: isUnchanged, atNS: now)
            slots[slot].state = state
        }
        return slots[slot].times
    }

    mutating func remove(_ key: UInt64) {
        guard count > 0 else { return }
        var hole = slot(of: Self.usable(key))
        guard slots[hole].key != 0 else { return }
        count -= 1
        // What follows moves up, unless it would come to lie before the place where its search starts.
        var next = hole
        while true {
            next = (next + 1) & (slots.count - 1)
            guard slots[next].key != 0 else { break }
            let home = home(of: slots[next].key)
            let fromHome = (next - home) & (slots.count - 1)
            let fromHole = (next - hole) & (slots.count - 1)
            if fromHome >= fromHole {
                slots[hole] = slots[next]
                hole = next
            }
        }
        slots[hole] = Self.free
    }

    /// Drops all that was not seen at `now`, and gives back room that is not needed.
    mutating func keepOnly(seenAtNS now: Int64) {
        count = slots.count { $0.key != 0 && $0.times.lastSeenNS == now }
        var size = Self.fewestSlots
        while count * 8 > size * 7 { size *= 2 }
        // Room for twice as many stays, so that a busy inbox does not grow and shrink its table at every look.
        let isSparse = size * 4 <= slots.count
        let hasOld = slots.contains { $0.key != 0 && $0.times.lastSeenNS != now }
        guard isSparse || hasOld else { return }
        let kept = slots
        slots = Array(repeating: Self.free, count: isSparse ? size : slots.count)
        for record in kept where record.key != 0 && record.times.lastSeenNS == now {
            slots[slot(of: record.key)] = record
        }
    }

    private mutating func resize(to size: Int) {
        let old = slots
        slots = Array(repeating: Self.free, count: size)
        for record in old where record.key != 0 { slots[slot(of: record.key)] = record }
    }

    private func home(of key: UInt64) -> Int { Int(truncatingIfNeeded: key) & (slots.count - 1) }

    /// Where `key` is, or where it belongs.
    private func slot(of key: UInt64) -> Int {
        var slot = home(of: key)
        while slots[slot].key != 0 && slots[slot].key != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private static func usable(_ key: UInt64) -> UInt64 { key == 0 ? 1 : key }
}
