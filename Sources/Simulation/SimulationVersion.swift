/// Which simulation made an image.
package enum SimulationVersion {
    /// Raise it whenever the same plan and seed no longer give the same bytes: a changed formula, default, order of
    /// random draws or task. It stands in the plan and description of every cohort and in the identity of every
    /// pretraining, so that what an older simulation began is not gone on with, and what it made is not taken for this
    /// one's.
    package static let current = 1
}
