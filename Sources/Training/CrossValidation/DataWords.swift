import Foundation

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

    /// Such as "60 patients and 60 controls of …, none of them seen in training".
    package static func describe(_ subjects: [Subject], root: String) -> String {
        let patients = subjects.count { $0.group == .fcd }
        return
            "\(patients) patients and \(subjects.count - patients) controls of \(name(of: root)), none of them seen in "
            + "training"
    }
}
