/// How a set of named tensors fits an architecture.
package struct StateDictReport: Sendable, Hashable {
    /// Names that the architecture needs and the state lacks.
    package var missing: [String]
    /// Names that the architecture does not know.
    package var unexpected: [String]
    /// Names whose tensor has another shape than the architecture says.
    package var mismatched: [String]

    /// True where every tensor is there, in the right shape, and nothing else is.
    package var fits: Bool { missing.isEmpty && unexpected.isEmpty && mismatched.isEmpty }

    /// Compares names and shapes; each list is in the order of the names.
    ///
    /// `*.num_batches_tracked`, a counter that newer versions of PyTorch store and that inference does not use, is ignored.
    package static func compare(_ state: [String: Tensor], to architecture: Architecture) -> StateDictReport {
        let expected = architecture.parameterShapes
        let names = Set(expected.map(\.name))
        return StateDictReport(
            missing: expected.map(\.name).filter { state[$0] == nil }.sorted(),
            unexpected: state.keys.filter { !names.contains($0) && !$0.hasSuffix(".num_batches_tracked") }.sorted(),
            mismatched: expected.filter { name, shape in state[name].map { $0.shape != shape } ?? false }
                .map(\.name).sorted())
    }
}
