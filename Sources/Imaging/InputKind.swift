/// What a scan shows of a head; a model is made for one of the two.
package enum InputKind: String, Sendable, Codable, CaseIterable, Hashable {
    /// As it was acquired: with skin and skull.
    case fullHead
    /// The brain alone, on a constant background.
    case stripped
}
