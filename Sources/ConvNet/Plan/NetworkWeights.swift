/// The weights of one network, checked, with every batch norm folded into a factor and a bias per channel.
///
/// The weights of convolutions stay where they are, perhaps in a mapped file; only what belongs to channels is computed anew,
/// in double. Batch norm uses its running statistics.
package final class NetworkWeights: Sendable {
    package let architecture: Architecture
    /// Every tensor of `architecture.parameterShapes`, where it lies.
    package let state: [String: WeightView]
    /// The last layer: weight (classes, features), bias (classes).
    let classifier: (weight: WeightView, bias: WeightView)
    /// One per convolution, in the order of `Architecture.convolutions`.
    let convolutions: [Convolution]

    /// y = scale · (w ∗ x) + bias
    struct Convolution: @unchecked Sendable {
        let weight: WeightView
        /// One factor per output channel.
        let scale: [Float]
        /// One value per output channel, filled up with zeros to a whole vector; never written after it was made.
        let bias: AlignedMemory
    }

    /// - Parameter state: every tensor of `architecture.parameterShapes`; `*.num_batches_tracked` may be there too.
    /// - Throws: `NETWORK_UNSUPPORTED`, `WEIGHTS_DO_NOT_FIT` naming the tensors, `NETWORK_NOT_FINITE`.
    package init(_ architecture: Architecture, _ state: [String: WeightView]) throws(ConvNetError) {
        try architecture.validate()
        try Self.check(state, against: architecture)
        func tensor(_ name: String) -> WeightView {
            guard let view = state[name] else { preconditionFailure("the state was compared with the architecture") }
            return view
        }
        self.architecture = architecture
        self.state = state
        convolutions = architecture.convolutions.map { plan in
            let norm = BatchNorm(
                weight: Array(tensor(plan.norm + ".weight").values), bias: Array(tensor(plan.norm + ".bias").values),
                runningMean: Array(tensor(plan.norm + ".running_mean").values),
                runningVariance: Array(tensor(plan.norm + ".running_var").values))
            let bias = AlignedMemory(count: Activations.lanes(of: plan.outputChannels))
            for (channel, offset) in norm.offset.enumerated() { bias.base[channel] = Float(offset) }
            return Convolution(weight: tensor(plan.weightName), scale: norm.scale.map { Float($0) }, bias: bias)
        }
        classifier = (tensor("fc.weight"), tensor("fc.bias"))
    }

    /// - Throws: as `init`, but for the architecture.
    static func check(
        _ state: [String: WeightView], against architecture: Architecture
    ) throws(ConvNetError) {
        let report = StateDictReport.compare(shapes: state.mapValues(\.shape), to: architecture)
        guard report.fits else {
            throw ConvNetError(
                .stateMismatch,
                "The weights do not fit the architecture: \(report.missing.count) tensors are missing, "
                    + "\(report.unexpected.count) unexpected, \(report.mismatched.count) of another shape. "
                    + "Use the weights that belong to this model.",
                subject: (report.missing + report.mismatched + report.unexpected).first)
        }
        for (name, _) in architecture.parameterShapes {
            guard let view = state[name], view.isFinite else {
                throw ConvNetError(
                    .notFinite, "A weight is infinite or not a number; the file is damaged or training failed.",
                    subject: name)
            }
            if name.hasSuffix(".running_var"), view.values.contains(where: { $0 < 0 }) {
                throw ConvNetError(.stateMismatch, "A variance is negative; the file is damaged.", subject: name)
            }
        }
    }
}
