/// What a bundle says of itself, in sentences.
package enum BundleWords {
    /// How the weights were made.
    ///
    /// - Parameter members: of the bundle, where they are fewer than the folds.
    package static func method(_ settings: TrainingProtocol, members: Int? = nil) -> String {
        let count = settings.folds.count
        let folds =
            members.map { $0 < count ? "the first \($0) of \(count) folds" : "\(count) folds" } ?? "\(count) folds"
        let transfer: String =
            switch settings.transfer.source {
            case .none: "from random weights"
            case .oneTask: "from an encoder that learnt one segmentation task"
            case .manyTasks: "from an encoder that learnt 23 segmentation tasks"
            case .dysplasia: "from an encoder that learnt to outline dysplasias in other simulated heads"
            }
        let part =
            settings.transfer.trainable.isEmpty
            ? "all layers" : settings.transfer.trainable.joined(separator: " and ")
        return "Cross-validation with \(folds), \(transfer), \(part) trained with Adam on "
            + "cross-entropy, rotated within ±\(number(settings.fit.rotationDegrees))°, best validation loss kept."
    }

    package static let limits = [
        "Trained on simulated heads: nothing is known of its scores on patients.",
        "It sees lesions that are bright on FLAIR, thick or blurred as the simulation makes them, and no others.",
        "A score below threshold does not exclude a lesion.",
    ]

    /// Limits of models that were trained on patients' scans.
    package static let limitsOfResearch = [
        "Tested by cross-validation on the data set it was trained on, and on no other site's scans unless said above.",
        "A score below threshold does not exclude a lesion.",
    ]

    /// Where temperature and threshold come from without subjects that no member saw.
    static let byMembers = "the validation subjects of the folds, each scored by its fold's member alone"

    /// The same as a limit of an ensemble.
    static func byMembersLimit(_ members: Int) -> String {
        "Temperature and threshold were set on scores of single members and are used for the mean of \(members), which "
            + "lies nearer the middle: nobody measured how well they fit it."
    }

    static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
