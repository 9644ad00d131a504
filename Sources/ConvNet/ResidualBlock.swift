/// relu(conv2(relu(conv1(x))) + shortcut(x)), batch norm folded into each convolution (He et al. 2016).
struct ResidualBlock: Sendable {
    enum Shortcut: Sendable {
        case identity
        case zeroPad(ZeroPadShortcut)
        case projection(Conv3D)
    }

    let first: Conv3D
    let second: Conv3D
    let shortcut: Shortcut

    init(_ plan: BlockPlan, shortcut kind: Architecture.Shortcut, weights: NamedWeights) {
        func window(_ kernel: Int, stride: Int, dilation: Int) -> ConvolutionGeometry {
            ConvolutionGeometry(
                kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
                padding: SIMD3(repeating: dilation * (kernel / 2)), dilation: SIMD3(repeating: dilation))
        }
        first = weights.convolution(
            plan.name + ".conv1", norm: plan.name + ".bn1", window(3, stride: plan.stride, dilation: plan.dilation))
        second = weights.convolution(
            plan.name + ".conv2", norm: plan.name + ".bn2", window(3, stride: 1, dilation: plan.dilation))
        switch (plan.changesShape, kind) {
        case (false, _): shortcut = .identity
        case (true, .a): shortcut = .zeroPad(ZeroPadShortcut(outputChannels: plan.outputChannels, stride: plan.stride))
        case (true, .b):
            shortcut = .projection(
                weights.convolution(
                    plan.name + ".downsample.0", norm: plan.name + ".downsample.1",
                    window(1, stride: plan.stride, dilation: 1)))
        }
    }

    /// - Parameter input: (n, c, d, h, w)
    func forward(_ input: Tensor, threads: Int) -> Tensor {
        let inner = first.forward(input, threads: threads, relu: true)
        let around =
            switch shortcut {
            case .identity: input
            case .zeroPad(let pad): pad.forward(input)
            case .projection(let convolution): convolution.forward(input, threads: threads)
            }
        return second.forward(inner, threads: threads, adding: around, relu: true)
    }
}

/// A state whose names and shapes are known to be right.
struct NamedWeights {
    let state: [String: Tensor]

    subscript(_ name: String) -> Tensor {
        guard let tensor = state[name] else { preconditionFailure("the state was compared with the architecture") }
        return tensor
    }

    /// The convolution of one name with the batch norm of another folded into it.
    func convolution(_ name: String, norm: String, _ geometry: ConvolutionGeometry) -> Conv3D {
        BatchNorm(
            weight: self[norm + ".weight"].values, bias: self[norm + ".bias"].values,
            runningMean: self[norm + ".running_mean"].values, runningVariance: self[norm + ".running_var"].values
        ).folded(into: self[name + ".weight"], geometry: geometry)
    }
}
