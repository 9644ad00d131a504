/// One line from a worker: `{"progress":…}` or `{"result":…}`, the payload being one JSON value on the same line.
///
/// The frame is recognised byte by byte, so the daemon parses no JSON it has not asked for.
enum WorkerMessage: Equatable {
    case progress([UInt8])
    case result([UInt8])

    private static let progressHead = Array(#"{"progress":"#.utf8)
    private static let resultHead = Array(#"{"result":"#.utf8)

    init?(line: some BidirectionalCollection<UInt8>) {
        let trimmed = line.last == UInt8(ascii: "\r") ? Array(line.dropLast()) : Array(line)
        guard trimmed.last == UInt8(ascii: "}") else { return nil }
        if trimmed.starts(with: Self.resultHead), trimmed.count > Self.resultHead.count + 1 {
            self = .result(Array(trimmed[Self.resultHead.count..<(trimmed.count - 1)]))
        } else if trimmed.starts(with: Self.progressHead), trimmed.count > Self.progressHead.count + 1 {
            self = .progress(Array(trimmed[Self.progressHead.count..<(trimmed.count - 1)]))
        } else {
            return nil
        }
    }

    /// The line with its line feed. Line feeds in the payload, which in JSON can only be white space, become blanks.
    var line: [UInt8] {
        let (head, payload) =
            switch self {
            case .progress(let payload): (Self.progressHead, payload)
            case .result(let payload): (Self.resultHead, payload)
            }
        return head + payload.map { $0 == 10 || $0 == 13 ? 32 : $0 } + [UInt8(ascii: "}"), 10]
    }
}
