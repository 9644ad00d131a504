/// How the score is chosen over which a scan is called FCD.
package enum ThresholdRule: String, Sendable, Codable, CaseIterable {
    /// That of largest balanced accuracy on subjects that were not trained on (Youden 1950).
    case youden
    /// 0.5: the class of the larger probability.
    case half

    /// After "threshold 0.61, ".
    package var words: String {
        switch self {
        case .youden: "that of largest balanced accuracy (Youden's index)"
        case .half: "that of the more probable class, set beforehand"
        }
    }
}
