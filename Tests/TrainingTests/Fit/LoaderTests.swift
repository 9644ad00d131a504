import Synchronization
import Testing
import Training

@Suite struct LoaderTests {
    @Test(arguments: [1, 2, 7]) func thingsComeInOrder(ahead: Int) throws {
        let loader = Loader(count: 50, ahead: ahead) { (index) throws(TrainingError) -> Int in index * index }
        defer { loader.stop() }
        var all: [Int] = []
        while let thing = try loader.next() { all.append(thing) }
        #expect(all == (0..<50).map { $0 * $0 })
    }

    @Test func noMoreThanTheBoundAreMadeAhead() throws {
        final class Count: Sendable {
            let taken = Atomic<Int>(0)
            let most = Atomic<Int>(0)
        }
        let count = Count()
        let loader = Loader(count: 100, ahead: 3) { (index) throws(TrainingError) -> Int in
            count.most.max(index - count.taken.load(ordering: .acquiring), ordering: .relaxed)
            return index
        }
        defer { loader.stop() }
        while try loader.next() != nil { count.taken.wrappingAdd(1, ordering: .acquiringAndReleasing) }
        // The one that was just handed out may not be counted yet.
        #expect(count.most.load(ordering: .relaxed) <= 3)
    }

    @Test func anErrorComesWhereItBelongsAndStoppingEndsTheThread() throws {
        let loader = Loader(count: 1000, ahead: 2) { (index) throws(TrainingError) -> Int in
            if index == 3 { throw TrainingError(.unreadable, "Gone.") }
            return index
        }
        for expected in 0..<3 { #expect(try loader.next() == expected) }
        #expect(throws: TrainingError.self) { try loader.next() }
        loader.stop()
    }
}
