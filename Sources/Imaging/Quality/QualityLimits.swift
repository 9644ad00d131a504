/// Every limit that stands between a scan and a score, and on what data they were set.
///
/// A profile may replace some of them; the others stay as in `standard`. Whoever replaces any says on what data.
package struct QualityLimits: Sendable, Hashable {
    /// On what data the limits were set, for the page and the result.
    package var statement: String
    private var limits: [QualityMeasure: QualityLimit]

    package subscript(measure: QualityMeasure) -> QualityLimit {
        get { limits[measure] ?? QualityLimit() }
        set { limits[measure] = newValue }
    }

    init(statement: String, limits: [QualityMeasure: QualityLimit]) {
        self.statement = statement
        self.limits = limits
    }

    /// The first limit that makes no sense: its field, and what is wrong.
    package var fault: (field: String, message: String)? {
        if statement.isEmpty || statement.count > Self.longestStatement {
            return ("statement", "1 to \(Self.longestStatement) characters that say on what data the limits were set")
        }
        for measure in QualityMeasure.allCases {
            if let fault = self[measure].fault { return ("limits.\(measure.rawValue)", fault) }
        }
        return nil
    }

    static let longestStatement = 2000

    /// One measurement beside its limit.
    func number(_ measure: QualityMeasure, _ name: String, _ value: Double, _ unit: String = "") -> QualityNumber {
        let shown = value.isFinite ? (value * 1000).rounded() / 1000 : 0
        return QualityNumber(
            name: name, value: shown, unit: unit, limit: self[measure].words,
            judgement: self[measure].allows(value) ? .pass : .fail)
    }
}

extension QualityLimits: Codable {
    private enum CodingKeys: String, CodingKey { case statement, limits }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        statement = try container.decode(String.self, forKey: .statement)
        limits = Self.standard.limits
        for (name, limit) in try container.decodeIfPresent([String: QualityLimit].self, forKey: .limits) ?? [:] {
            guard let measure = QualityMeasure(rawValue: name) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .limits, in: container, debugDescription: "\(name) is no measurement")
            }
            limits[measure] = limit
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(statement, forKey: .statement)
        try container.encode(
            Dictionary(uniqueKeysWithValues: limits.map { ($0.key.rawValue, $0.value) }), forKey: .limits)
    }
}
