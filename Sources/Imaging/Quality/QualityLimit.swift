/// What a measurement may be: at least, at most, or both, the ends included.
package struct QualityLimit: Codable, Sendable, Hashable {
    package var least: Double?
    package var most: Double?

    package init(least: Double? = nil, most: Double? = nil) {
        self.least = least
        self.most = most
    }

    init(_ range: ClosedRange<Double>) { self.init(least: range.lowerBound, most: range.upperBound) }

    /// False for a value that is no number.
    package func allows(_ value: Double) -> Bool { value >= least ?? -.infinity && value <= most ?? .infinity }

    /// "at least 6", "at most 2.1", "0.05 to 0.8".
    package var words: String {
        switch (least, most) {
        case (let least?, let most?): "\(Self.plain(least)) to \(Self.plain(most))"
        case (let least?, nil): "at least \(Self.plain(least))"
        case (nil, let most?): "at most \(Self.plain(most))"
        case (nil, nil): "any"
        }
    }

    /// What is wrong with it; nil where it makes sense.
    package var fault: String? {
        if [least, most].contains(where: { $0?.isFinite == false }) { return "its ends are finite numbers" }
        if least == nil, most == nil { return "it names its least, its most, or both" }
        if let least, let most, least > most { return "its least is not above its most" }
        return nil
    }

    static func plain(_ x: Double) -> String { x == x.rounded() && abs(x) < 1e9 ? "\(Int(x))" : "\(x)" }
}
