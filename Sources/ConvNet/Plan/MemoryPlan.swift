/// Places in one stretch of memory for values that live one after the other and beside each other.
///
/// The first free gap that is large enough is taken. Networks ask for few, long-lived places, for which that wastes next
/// to nothing; every place begins on a page, so that rows of two places do not meet in one cache line.
struct MemoryPlan {
    /// Floats to which places are rounded up.
    static let unit = 1024

    /// Taken places, by their begin.
    private var taken: [Range<Int>] = []
    /// Floats that all places together ever reached.
    private(set) var count = 0

    /// - Returns: the place's begin, in floats.
    mutating func take(_ wanted: Int) -> Int {
        let size = (wanted + Self.unit - 1) / Self.unit * Self.unit
        var begin = 0
        var index = 0
        while index < taken.count, taken[index].lowerBound - begin < size {
            begin = taken[index].upperBound
            index += 1
        }
        taken.insert(begin..<(begin + size), at: index)
        count = max(count, begin + size)
        return begin
    }

    /// - Precondition: a place begins there.
    mutating func free(_ begin: Int) {
        guard let index = taken.firstIndex(where: { $0.lowerBound == begin }) else {
            preconditionFailure("a place is freed once")
        }
        taken.remove(at: index)
    }
}
