/// What a made-up brain is made of.
package enum AnatomySource: Sendable {
    /// Nothing but a seed.
    case folded
    /// Maps of grey and white matter, bent anew for every subject.
    case maps(TissueMaps)
}
