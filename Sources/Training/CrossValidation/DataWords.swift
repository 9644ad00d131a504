import Foundation
import Simulation

/// A data set in words, for manifests and tables: never its path.
package enum DataWords {
    /// The name that `dataset_description.json` gives.
    package static func name(of root: String) -> String {
        struct Description: Decodable {
            var name: String?
            enum CodingKeys: String, CodingKey { case name = "Name" }
        }
        let unnamed = "A data set without a name"
        guard let bytes = FileManager.default.contents(atPath: root + "/dataset_description.json") else {
            return unnamed
        }
        do {
            let name = try JSONDecoder().decode(Description.self, from: bytes).name ?? ""
            return name.isEmpty ? unnamed : name
        } catch {
            // reason: a damaged description costs the name and nothing else.
            return unnamed
        }
    }

    /// Digits of a fingerprint that a person compares.
    private static let shownDigits = 12

    /// Such as "60 patients and 60 controls of … (simulated from seed 303, tissue maps; data set 0f3a…), none of them
    /// seen in training".
    ///
    /// - Parameter fingerprint: that of `DatasetContent`.
    package static func describe(_ subjects: [Subject], root: String, fingerprint: String) -> String {
        let patients = subjects.count { $0.group == .fcd }
        let facts = [origin(subjects, root: root), "data set \(fingerprint.prefix(shownDigits))"].compactMap { $0 }
        return
            "\(patients) patients and \(subjects.count - patients) controls of \(name(of: root)) "
            + "(\(facts.joined(separator: "; "))), none of them seen in training"
    }

    /// What models must say of themselves where heads of tissue maps trained or measured them; nil where there are
    /// none.
    ///
    /// - Parameter sets: what each data set was for, such as "trained", its subjects and its root.
    package static func mapsLimit(_ sets: [(use: String, subjects: [Subject], root: String)]) -> String? {
        let some = sets.filter { $0.subjects.contains { $0.anatomy == .maps } }
        guard !some.isEmpty else { return nil }
        let plans = some.map { CohortPlan.made($0.root)?.anatomy ?? AnatomyPlan() }
        func span(_ warp: (AnatomyPlan) -> ClosedRange<Double>) -> String {
            let (low, high) = (
                plans.map { warp($0).lowerBound }.min() ?? 0, plans.map { warp($0).upperBound }.max() ?? 0
            )
            return "\(BundleWords.number(low)) to \(BundleWords.number(high)) mm"
        }
        let uses = some.map(\.use).joined(separator: " and ")
        return "The heads of tissue maps that it was \(uses) on are all one template, bent mildly "
            + "(by \(span(\.coarseWarpMM)) coarsely and \(span(\.fineWarpMM)) finely): they differ less than "
            + "people do."
    }

    /// What a simulated cohort was made from; nil for any other.
    private static func origin(_ subjects: [Subject], root: String) -> String? {
        guard let plan = CohortPlan.made(root) else { return nil }
        let kinds = Set(subjects.compactMap(\.anatomy)).sorted { $0.rawValue < $1.rawValue }.map(\.words)
        return (["simulated from seed \(plan.seed)"] + kinds).joined(separator: ", ")
    }
}

extension Subject.Anatomy {
    fileprivate var words: String {
        switch self {
        case .folded: "made-up folds"
        case .maps: "tissue maps"
        case .scan: "real scans with implants"
        }
    }
}
