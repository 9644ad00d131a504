/// Which subjects train, validate and test in each fold: made once, stored, and the same for the same seed.
package struct FoldPlan: Sendable, Codable, Hashable {
    /// One fold; the three parts share nobody, and neither pairs nor subjects made from one scan are divided.
    package struct Fold: Sendable, Codable, Hashable {
        /// Labels of the subjects, sorted.
        package var train: [String]
        package var validation: [String]
        package var test: [String]

        package init(train: [String], validation: [String], test: [String]) {
            self.train = train
            self.validation = validation
            self.test = test
        }
    }

    package var seed: UInt64
    package var folds: [Fold]

    package init(seed: UInt64, folds: [Fold]) {
        self.seed = seed
        self.folds = folds
    }
}
