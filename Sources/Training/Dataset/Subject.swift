package import Screening

/// One person of a data set: which group, and one scan per modality.
package struct Subject: Sendable, Hashable {
    /// The two groups, by the names that `participants.tsv` gives them.
    package enum Group: String, Sendable, Codable, CaseIterable {
        case control = "hc"
        case fcd = "fcd"

        /// The network's class: 0 for control, 1 for FCD.
        package var target: Int { self == .fcd ? 1 : 0 }
    }

    /// One image and what belongs to it.
    package struct Scan: Sendable, Hashable {
        /// The NIfTI file.
        package var image: String
        /// The lesion mask, on any grid; nil where there is none.
        package var mask: String?
        /// The mask of the brain, on any grid; nil where there is none (a stripped scan is its own).
        package var brain: String?
        /// The acquisition protocol: the value of `acq-`, empty where the file name has none.
        package var acquisition: String

        package init(image: String, mask: String? = nil, brain: String? = nil, acquisition: String = "") {
            self.image = image
            self.mask = mask
            self.brain = brain
            self.acquisition = acquisition
        }
    }

    /// The BIDS label with its prefix, as in "sub-00001".
    package var id: String
    package var group: Group
    package var scans: [Modality: Scan]
    /// Every other column of `participants.tsv`, by name; "n/a" is left out. A simulated cohort has `severity` (0…1),
    /// `lesion_ml` and, where subjects are pairs, `pair`.
    package var attributes: [String: String]

    package init(id: String, group: Group, scans: [Modality: Scan], attributes: [String: String] = [:]) {
        self.id = id
        self.group = group
        self.scans = scans
        self.attributes = attributes
    }

    /// Where the head of a simulated subject comes from, by the column `anatomy`.
    package enum Anatomy: String, Sendable {
        case folded, maps, scan
    }

    /// Nil where nothing says it, as in patients' data sets.
    package var anatomy: Anatomy? { attributes["anatomy"].flatMap(Anatomy.init) }
    /// Subjects of one pair (the same head with and without a lesion) never come apart.
    package var pair: String? { attributes["pair"] }
    /// Subjects made from one real scan have its label; they never come apart either.
    package var source: String? { attributes["source"] }
    /// By which folds keep subjects together: the source, or else the pair; nil for one alone.
    package var kin: String? { source.map { "source " + $0 } ?? pair.map { "pair " + $0 } }
    package var severity: Double? { attributes["severity"].flatMap(Double.init) }
    package var lesionMillilitres: Double? { attributes["lesion_ml"].flatMap(Double.init) }
}
