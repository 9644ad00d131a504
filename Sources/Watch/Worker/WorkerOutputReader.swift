/// Cuts a stream into lines and keeps what the daemon needs of them, within a bound.
struct WorkerOutputReader {
    /// Bytes over all lines.
    let limit: Int
    private(set) var total = 0
    private(set) var results: [[UInt8]] = []
    private(set) var strayLines = 0
    private var rest: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    var isOverLimit: Bool { total > limit }

    /// - Returns: payloads of the progress lines that these bytes completed.
    mutating func append(_ bytes: some Collection<UInt8>) -> [[UInt8]] {
        total += bytes.count
        guard !isOverLimit else { return [] }
        var progress: [[UInt8]] = []
        for piece in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if piece.offset > 0, let payload = endLine() { progress.append(payload) }
            rest.append(contentsOf: piece.element)
        }
        return progress
    }

    private mutating func endLine() -> [UInt8]? {
        defer { rest.removeAll(keepingCapacity: true) }
        switch WorkerMessage(line: rest) {
        case .progress(let payload): return payload
        case .result(let payload): results.append(payload)
        case nil: strayLines += rest.isEmpty ? 0 : 1
        }
        return nil
    }

    /// Call once at the end of the stream.
    func outcome() -> WorkerOutcome {
        if isOverLimit { return .badOutput("more than \(limit) bytes") }
        if !rest.isEmpty { return .badOutput("the last line has no end") }
        if strayLines > 0 { return .badOutput("\(strayLines) lines that are neither progress nor result") }
        guard results.count == 1 else { return .badOutput("\(results.count) results instead of one") }
        return .result(results[0])
    }
}
