/// One measured property of an image beside its limit.
package struct QualityNumber: Codable, Sendable, Hashable {
    package enum Judgement: String, Codable, Sendable {
        /// Inside the limit, outside it, or shown without a limit.
        case pass, fail, information
    }

    /// A short name in plain words, such as "head cut off by the crop".
    package var name: String
    package var value: Double
    package var unit: String
    /// The limit in words, such as "at most 1 %"; nil where there is none.
    package var limit: String?
    package var judgement: Judgement

    package init(name: String, value: Double, unit: String, limit: String? = nil, judgement: Judgement) {
        self.name = name
        self.value = value
        self.unit = unit
        self.limit = limit
        self.judgement = judgement
    }
}
