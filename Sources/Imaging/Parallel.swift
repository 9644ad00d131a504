internal import Dispatch
internal import Synchronization

/// Independent pieces of work, shared among a bounded number of threads.
package enum Parallel {
    /// The results of `work` for 0 to `count` − 1, in that order; returns when all are done.
    ///
    /// Within a piece that itself runs beside others, further pieces run one after the other: never more than `threads` work.
    ///
    /// - Parameter threads: below 2, all pieces run on the caller's thread.
    package static func map<Result>(_ count: Int, threads: Int, _ work: (Int) -> Result) -> [Result] {
        let workers = min(threads, count)
        if workers < 2 { return (0..<count).map(work) }
        return [Result](unsafeUninitializedCapacity: count) { results, initialised in
            let taken = Atomic<Int>(0)
            withoutActuallyEscaping(work) { work in
                // Each piece is done once and has its own place for the result, which no type can say.
                nonisolated(unsafe) let (work, results) = (work, results.baseAddress!)
                DispatchQueue.concurrentPerform(iterations: workers) { _ in
                    while true {
                        let piece = taken.wrappingAdd(1, ordering: .relaxed).oldValue
                        guard piece < count else { return }
                        (results + piece).initialize(to: work(piece))
                    }
                }
            }
            initialised = count
        }
    }

    /// As `map`; where pieces fail, throws the error of the first of them, when all are done.
    package static func tryMap<Value, Failure: Error>(
        _ count: Int, threads: Int, _ work: (Int) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let results = map(count, threads: threads) { piece -> Result<Value, Failure> in
            do throws(Failure) {
                return .success(try work(piece))
            } catch {
                return .failure(error)
            }
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        for result in results { values.append(try result.get()) }
        return values
    }
}
