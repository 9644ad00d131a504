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
        compare(shapes: state.mapValues(\.shape), to: architecture)
    }

    /// As `compare(_:to:)`, for tensors of which only the shape is known.
    package static func compare(shapes: [String: [Int]], to architecture: Architecture) -> StateDictReport {
        let expected = architecture.parameterShapes
        let names = Set(expected.map(\.name))
        return StateDictReport(
            missing: expected.map(\.name).filter { shapes[$0] == nil }.sorted(),
            unexpected: shapes.keys.filter { !names.contains($0) && !$0.hasSuffix(".num_batches_tracked") }.sorted(),
            mismatched: expected.filter { name, shape in shapes[name].map { $0 != shape } ?? false }
                .map(\.name).sorted())
    }
}
