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
}
