import Imaging
import Synchronization
import Testing

@Suite struct ParallelTests {
    private struct Fault: Error, Equatable { var piece: Int }

    @Test(arguments: [0, 1, 2, 7], [0, 1, 2, 5, 100]) func resultsStandInTheOrderOfThePieces(
        threads: Int, count: Int
    ) {
        #expect(Parallel.map(count, threads: threads) { "\($0)" } == (0..<count).map { "\($0)" })
    }

    @Test func everyPieceIsDoneOnceAndInsideOthersToo() {
        let calls = Mutex([Int](repeating: 0, count: 40))
        _ = Parallel.map(8, threads: 4) { outer in
            Parallel.map(5, threads: 4) { inner in calls.withLock { $0[outer * 5 + inner] += 1 } }
        }
        #expect(calls.withLock { $0 } == [Int](repeating: 1, count: 40))
    }

    @Test(arguments: [1, 3]) func errorIsThatOfTheFirstPieceThatFails(threads: Int) {
        let error = #expect(throws: Fault.self) {
            try Parallel.tryMap(9, threads: threads) { piece throws(Fault) -> Int in
                if piece % 3 == 2 { throw Fault(piece: piece) }
                return piece
            }
        }
        #expect(error == Fault(piece: 2))
    }
}
