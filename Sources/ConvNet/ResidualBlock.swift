/// A residual block, batch norm folded into each convolution.
struct ResidualBlock: Sendable {
    enum Shortcut: Sendable {
        case identity
        case zeroPad(ZeroPadShortcut)
        case projection(Conv3D)
    }

    let convolutions: [Conv3D]
    let shortcut: Shortcut

    init(_ plan: BlockPlan, weights: NamedWeights) {
        convolutions = plan.convolutions.map(weights.convolution)
        shortcut =
            switch plan.shortcut {
            case .identity: .identity
            case .zeroPad(let stride):
                .zeroPad(ZeroPadShortcut(outputChannels: plan.outputChannels, stride: stride))
            case .projection(let convolution): .projection(weights.convolution(convolution))
            }
    }

    /// - Parameter input: (n, c, d, h, w)
    func forward(_ input: Tensor, threads: Int) -> Tensor {
        var inner = input
        for convolution in convolutions.dropLast() { inner = convolution.forward(inner, threads: threads, relu: true) }
        let around =
            switch shortcut {
            case .identity: input
            case .zeroPad(let pad): pad.forward(input)
            case .projection(let convolution): convolution.forward(input, threads: threads)
            }
        return convolutions[convolutions.count - 1].forward(inner, threads: threads, adding: around, relu: true)
    }
}

/// A state whose names and shapes are known to be right.
struct NamedWeights {
    let state: [String: Tensor]

    subscript(_ name: String) -> Tensor {
        guard let tensor = state[name] else { preconditionFailure("the state was compared with the architecture") }
        return tensor
    }

    /// A convolution with the batch norm that follows it folded into it.
    func convolution(_ plan: ConvolutionPlan) -> Conv3D {
        BatchNorm(
            weight: self[plan.norm + ".weight"].values, bias: self[plan.norm + ".bias"].values,
            runningMean: self[plan.norm + ".running_mean"].values,
            runningVariance: self[plan.norm + ".running_var"].values
        ).folded(into: self[plan.weightName], geometry: plan.geometry)
    }
}
