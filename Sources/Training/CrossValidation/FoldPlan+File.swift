internal import Foundation

extension FoldPlan {
    /// Writes the plan as JSON, whole or not at all.
    ///
    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`.
    package func store(_ path: String) throws(TrainingError) {
        do {
            try JSONEncoder.readable.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw TrainingError(
                .unwritable, "The fold plan cannot be written. Check that its folder exists and is writable.",
                cause: error)
        }
    }

    /// - Throws: `TRAINING_INPUT_UNREADABLE`, `SETTINGS_INVALID` where the plan is damaged or a fold's parts overlap.
    package static func load(_ path: String) throws(TrainingError) -> FoldPlan {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TrainingError(
                .unreadable, "The fold plan cannot be read. Check that it exists and is readable.", cause: error)
        }
        let plan: FoldPlan
        do {
            plan = try JSONDecoder().decode(FoldPlan.self, from: bytes)
        } catch {
            throw TrainingError(.settingsInvalid, "The fold plan is damaged. Make the folds again.", cause: error)
        }
        try plan.validate()
        return plan
    }

    /// Refuses folds whose parts share someone, and someone who is tested twice.
    ///
    /// - Throws: `SETTINGS_INVALID`.
    package func validate() throws(TrainingError) {
        for (index, fold) in folds.enumerated() {
            let all = fold.train + fold.validation + fold.test
            guard Set(all).count == all.count else {
                throw TrainingError(
                    .settingsInvalid, "Fold \(index + 1) of the plan uses a subject twice. Make the folds again.")
            }
        }
        let tested = folds.flatMap(\.test)
        guard !folds.isEmpty, Set(tested).count == tested.count else {
            throw TrainingError(.settingsInvalid, "The fold plan tests a subject twice. Make the folds again.")
        }
    }
}
