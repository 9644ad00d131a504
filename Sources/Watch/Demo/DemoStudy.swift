package import Ledger

/// One thing that arrives during the demo's night, and how it must end.
package struct DemoStudy: Sendable, Hashable {
    /// Sub-folder of the inbox.
    package var name: String
    /// What it shows, as a sentence.
    package var summary: String
    /// Stages of the night (0 = evening, 1 = later) at which files of it arrive.
    package var stages: Set<Int>
    /// State of its case when the night is over; nil where its files are refused and no case comes to be.
    package var expectedState: CaseState?
    /// Codes with which the case, or each refused file in order of name, must end: any one of each entry's set.
    /// Empty where none is due; an empty set allows any code.
    package var expectedCodes: [Set<String>]
    /// Number of files written over all stages.
    package var files: Int
    /// Whether trained models must flag it; nil for what is not screened.
    package var hasLesion: Bool?

    /// The code of a case that ends with one; nil otherwise.
    package var expectedCode: String? { expectedState == nil ? nil : expectedCodes.first?.first }
}
