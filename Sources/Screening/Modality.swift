/// The two contrasts that FCDWatch screens.
package enum Modality: String, Sendable, Codable, CaseIterable, Hashable, CodingKeyRepresentable {
    case t1w = "T1w"
    case flair = "FLAIR"
}
