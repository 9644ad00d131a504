import Synchronization

/// Hands each worker a part of the scratch memory of its own.
final class StemPlaces: @unchecked Sendable {
    private let base: UnsafeMutablePointer<Float>
    private let size: Int
    private let taken = Atomic<Int>(0)

    /// - Parameter size: floats of one part.
    init(_ base: UnsafeMutablePointer<Float>, _ size: Int) {
        self.base = base
        self.size = size
    }

    /// A part that no other worker has; asked for at most once by each.
    func next() -> UnsafeMutablePointer<Float> { base + taken.wrappingAdd(1, ordering: .relaxed).oldValue * size }
}
