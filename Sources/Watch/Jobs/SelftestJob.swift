package import Screening

/// A request to let every member of some bundles answer its known input, before anything is scored with them.
package struct SelftestJob: Codable, Sendable {
    /// Bundle folders.
    package var bundles: [String]
    package var threads: Int

    package init(bundles: [String], threads: Int) {
        self.bundles = bundles
        self.threads = threads
    }

    /// - Throws: the `MODEL_…` code of the first bundle at fault, `MODEL_ANSWER_WRONG` among them.
    package func run() throws(ScreeningError) -> SelftestAnswer {
        var checked: [SelftestAnswer.Checked] = []
        for folder in bundles {
            let bundle = try ModelBundle.load(folder, threads: threads)
            let isAnswered = try bundle.checkKnownAnswer(threads: threads)
            checked.append(
                SelftestAnswer.Checked(
                    bundle: bundle.manifest.folderName, sha256: bundle.sha256,
                    members: bundle.manifest.members.count, knownAnswer: isAnswered))
        }
        return SelftestAnswer(bundles: checked)
    }
}

/// What was checked, and found right.
package struct SelftestAnswer: Codable, Sendable {
    package struct Checked: Codable, Sendable {
        package var bundle: String
        /// Of its `model.json`.
        package var sha256: String
        package var members: Int
        /// False where the bundle knows no answer: then its hashes, names and shapes alone were checked.
        package var knownAnswer: Bool
    }

    package var bundles: [Checked]
}
