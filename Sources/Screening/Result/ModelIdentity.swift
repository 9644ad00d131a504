/// Which model spoke, and what is known about it.
package struct ModelIdentity: Codable, Sendable, Hashable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        /// Random weights: shows that the machinery works.
        case untrained
        /// Trained, but on data that say nothing about patients.
        case demonstration
        /// Trained and tested on patients; still no medical device.
        case research
    }
    package var name: String
    package var version: String
    package var status: Status
    /// SHA-256 of `model.json`, which names the SHA-256 of every member.
    package var sha256: String
    package var architecture: String
    package var operatingPoint: OperatingPoint?
    package var limits: [String]

    package init(
        name: String, version: String, status: Status, sha256: String, architecture: String,
        operatingPoint: OperatingPoint?, limits: [String]
    ) {
        self.name = name
        self.version = version
        self.status = status
        self.sha256 = sha256
        self.architecture = architecture
        self.operatingPoint = operatingPoint
        self.limits = limits
    }
}

/// Where a threshold comes from.
package struct OperatingPoint: Codable, Sendable, Hashable {
    package var sensitivity: Double
    package var specificity: Double
    /// Number of subjects it was measured on.
    package var subjects: Int
    package var data: String

    package init(sensitivity: Double, specificity: Double, subjects: Int, data: String) {
        self.sensitivity = sensitivity
        self.specificity = specificity
        self.subjects = subjects
        self.data = data
    }
}
