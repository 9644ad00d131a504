/// A batch norm with statistics that are given: y = (z − mean) · weight / √(variance + ε) + bias, on activations, and its
/// gradients (Ioffe and Szegedy 2015).
///
/// Statistics of the batch itself depend on z, and the gradient flows through them; through fixed ones it does not.
package struct NormedChannels {
    /// Values per channel that the statistics were taken of; nil where they are fixed.
    package let count: Int?
    let mean: ChannelValues
    /// weight / √(variance + ε)
    let factor: ChannelValues
    private let shift: ChannelValues
    private let inverseDeviation: [Double]
    private let exactFactor: [Double]

    /// The statistics of a batch.
    ///
    /// - Parameters: weight and bias: one value per channel.
    package init(_ statistics: ChannelStatistics, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        self.init(
            mean: statistics.mean, variance: statistics.variance, weight: weight, bias: bias, count: statistics.count)
    }

    /// Fixed statistics, unless `count` says otherwise.
    package init(
        mean: [Double], variance: [Double], weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, count: Int? = nil
    ) {
        self.count = count
        inverseDeviation = variance.map { 1 / ($0 + BatchNorm.epsilon).squareRoot() }
        exactFactor = inverseDeviation.enumerated().map { $1 * Double(weight[$0]) }
        self.mean = ChannelValues(mean)
        factor = ChannelValues(exactFactor)
        shift = ChannelValues(mean.indices.map { Double(bias[$0]) })
    }

    /// y = norm(z) or relu(norm(z)); `y` may be `z`.
    package func forward(_ z: Activations, relu: Bool, into y: Activations, _ execution: Execution) {
        let kernel = execution.trainingKernels.normalise
        withPointers { mean, factor, shift in
            ChannelRows.run(z, execution) { _, at, rows in
                kernel(rows, z.lanes, z.base + at, mean, factor, shift, relu, y.base + at)
            }
        }
    }

    /// y = relu(norm(z) + other), the other activations normalised as well where they have a norm. `y` may be `z` or `other`.
    package func forward(
        _ z: Activations, adding other: Activations, otherNorm: NormedChannels? = nil, into y: Activations,
        _ execution: Execution
    ) {
        let kernels = execution.trainingKernels
        withPointers { mean, factor, shift in
            guard let otherNorm else {
                ChannelRows.run(z, execution) { _, at, rows in
                    kernels.normaliseAdding(
                        rows, z.lanes, z.base + at, mean, factor, shift, other.base + at, y.base + at)
                }
                return
            }
            otherNorm.withPointers { mean2, factor2, shift2 in
                ChannelRows.run(z, execution) { _, at, rows in
                    kernels.normaliseBoth(
                        rows, z.lanes, z.base + at, mean, factor, shift, other.base + at, mean2, factor2, shift2,
                        y.base + at)
                }
            }
        }
    }

    /// Sums that the gradients are made of, per channel.
    package struct Sums {
        /// Σ dy: the gradient of the bias.
        package let dy: [Double]
        /// Σ dy · (z − mean) / √(variance + ε): the gradient of the weight.
        package let weighted: [Double]
    }

    /// - Parameters:
    ///   - dy: gradient of the norm's output.
    ///   - y: where given, a ReLU followed later on and gave this: dy counts where y > 0, and becomes 0 elsewhere.
    package func reduce(
        _ dy: Activations, maskedBy y: Activations? = nil, _ z: Activations, _ execution: Execution
    ) -> Sums {
        let kernel = execution.trainingKernels.reduceNorm
        return sums(z) { sums in
            mean.withPointer { mean in
                ChannelRows.run(z, execution) { block, at, rows in
                    kernel(
                        rows, z.lanes, dy.base + at, y.map { UnsafePointer($0.base + at) }, z.base + at, mean,
                        sums.first(block), sums.second(block))
                }
            }
        }
    }

    /// As `reduce`, where a ReLU followed the norm at once and dy is the gradient of what that gave.
    ///
    /// - Parameter y: where given, relu(norm(z)) is written there on the way.
    package func reduceThroughReLU(
        _ dy: Activations, _ z: Activations, recomputing y: Activations? = nil, _ execution: Execution
    ) -> Sums {
        let kernel = execution.trainingKernels.reduceNormThroughReLU
        return sums(z) { sums in
            withPointers { mean, factor, shift in
                ChannelRows.run(z, execution) { block, at, rows in
                    kernel(
                        rows, z.lanes, dy.base + at, z.base + at, mean, factor, shift, y.map { $0.base + at },
                        sums.first(block), sums.second(block))
                }
            }
        }
    }

    /// The gradient of z. `dz` may be `dy`.
    ///
    /// - Parameter throughReLU: a ReLU followed the norm, and dy is the gradient of what it gave.
    package func spread(
        _ dy: Activations, _ z: Activations, _ sums: Sums, throughReLU: Bool, into dz: Activations,
        _ execution: Execution
    ) {
        let kernel = execution.trainingKernels.spreadNorm
        let (slope, offset) = coefficients(sums)
        withPointers { mean, factor, shift in
            slope.withPointer { slope in
                offset.withPointer { offset in
                    ChannelRows.run(z, execution) { _, at, rows in
                        kernel(
                            rows, z.lanes, dy.base + at, z.base + at, mean, factor, shift, slope, offset, throughReLU,
                            dz.base + at)
                    }
                }
            }
        }
    }

    /// dz = factor · dy − slope · (z − mean) − offset: what flows through the batch's statistics is zero for fixed ones.
    func coefficients(_ sums: Sums) -> (slope: ChannelValues, offset: ChannelValues) {
        guard let count else { return (ChannelValues(lanes: mean.lanes), ChannelValues(lanes: mean.lanes)) }
        let share = 1 / Double(count)
        return (
            ChannelValues(
                exactFactor.indices.map { exactFactor[$0] * inverseDeviation[$0] * sums.weighted[$0] * share }),
            ChannelValues(exactFactor.indices.map { exactFactor[$0] * sums.dy[$0] * share })
        )
    }

    private func sums(_ z: Activations, _ fill: (BlockSums) -> Void) -> Sums {
        let sums = BlockSums(of: z)
        defer { sums.deallocate() }
        fill(sums)
        let totals = (0..<z.channels).map { sums.total($0) }
        return Sums(
            dy: totals.map(\.first), weighted: zip(totals, inverseDeviation).map { $0.second * $1 })
    }

    private func withPointers(
        _ body: (_ mean: UnsafePointer<Float>, _ factor: UnsafePointer<Float>, _ shift: UnsafePointer<Float>) -> Void
    ) {
        mean.withPointer { mean in
            factor.withPointer { factor in
                shift.withPointer { shift in body(mean, factor, shift) }
            }
        }
    }
}
