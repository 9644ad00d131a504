import Imaging
import Screening

/// Tells progress and keeps how long each step took.
struct Stopwatch {
    let progress: (String) -> Void
    private(set) var timings: [Timing] = []
    private let clock = ContinuousClock()

    init(progress: @escaping (String) -> Void) { self.progress = progress }

    mutating func time<T>(_ step: String, _ work: () throws -> T) rethrows -> T {
        progress(step)
        let start = clock.now
        defer { timings.append(Timing(step: step, seconds: (clock.now - start) / .seconds(1))) }
        return try work()
    }

    /// Does a stage for several things side by side, each with a stopwatch of its own; steps are listed in the order of
    /// the things. Where stages fail, throws the error of the first thing, when all are done.
    mutating func eachInParallel<Thing, Outcome, Failure: Error>(
        _ things: [Thing], threads: Int, _ work: (Thing, inout Stopwatch) throws(Failure) -> Outcome
    ) throws(Failure) -> [Outcome] {
        let progress = progress
        let done = try Parallel.tryMap(things.count, threads: threads) { index throws(Failure) in
            var stopwatch = Stopwatch(progress: progress)
            let outcome = try work(things[index], &stopwatch)
            return (outcome: outcome, timings: stopwatch.timings)
        }
        timings += done.flatMap(\.timings)
        return done.map(\.outcome)
    }
}
