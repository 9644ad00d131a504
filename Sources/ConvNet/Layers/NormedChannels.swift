/// A batch norm with statistics that are given: y = (z − mean) · weight / √(variance + ε) + bias, on activations, and its
/// gradients (Ioffe and Szegedy 2015).
///
/// Statistics of the batch itself depend on z, and `backward` lets the gradient flow through them; fixed ones do not.
package struct NormedChannels {
    /// Values per channel that the statistics were taken of; nil where they are fixed.
    package let count: Int?
    package let mean: ChannelValues
    /// weight / √(variance + ε)
    package let factor: ChannelValues
    package let shift: ChannelValues
    private let inverseDeviation: [Double]
    private let exactFactor: [Double]

    /// - Parameters: weight and bias: one value per channel.
    package init(_ statistics: ChannelStatistics, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        self.init(
            mean: statistics.mean, variance: statistics.variance, weight: weight, bias: bias, count: statistics.count)
    }

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
        let (from, to) = (z.vectors, y.vectors)
        run(z, execution) { norm, at, rows, vectors in
            NormLoops.normalise(from + at, rows: rows, vectors: vectors, norm, relu: relu, into: to + at)
        }
    }

    /// y = relu(norm(z) + other), the other activations normalised as well where they have a norm. `y` may be `z` or `other`.
    package func forward(
        _ z: Activations, adding other: Activations, otherNorm: NormedChannels?, into y: Activations,
        _ execution: Execution
    ) {
        let (from, added, to) = (z.vectors, other.vectors, y.vectors)
        run(z, execution) { norm, at, rows, vectors in
            if let otherNorm {
                otherNorm.withPointers { second in
                    NormLoops.normalise(
                        from + at, adding: added + at, rows: rows, vectors: vectors, norm, second, into: to + at)
                }
            } else {
                NormLoops.normalise(from + at, adding: added + at, rows: rows, vectors: vectors, norm, into: to + at)
            }
        }
    }

    /// Sums that the gradients are made of.
    package struct Sums {
        /// Σ dy per channel: the gradient of the bias.
        package var dy: [Double]
        /// Σ dy · (z − mean) / √(variance + ε): the gradient of the weight.
        package var weighted: [Double]
    }

    /// - Parameters:
    ///   - throughReLU: a ReLU followed the norm, and dy is the gradient of what it gave.
    ///   - y: where given, relu(norm(z)) is written there on the way.
    package func reduce(
        _ dy: Activations, _ z: Activations, throughReLU: Bool, recomputing y: Activations? = nil,
        _ execution: Execution
    ) -> Sums {
        let vectors = z.lanes / Activations.vector
        let blocks = ChannelRows.blockCount(of: z)
        let sums = UnsafeMutablePointer<SIMD16<Double>>.allocate(capacity: 2 * blocks * vectors)
        defer { sums.deallocate() }
        sums.initialize(repeating: .zero, count: 2 * blocks * vectors)
        let (gradient, values, recomputed) = (dy.vectors, z.vectors, y?.vectors)
        withPointers { norm in
            ChannelRows.run(z, execution) { block, rows in
                let at = rows.lowerBound * vectors
                let (sum, product) = (sums + 2 * block * vectors, sums + (2 * block + 1) * vectors)
                if throughReLU {
                    NormLoops.reduceThroughReLU(
                        gradient + at, values + at, rows: rows.count, vectors: vectors, norm,
                        y: recomputed.map { $0 + at }, sum: sum, product: product)
                } else {
                    NormLoops.reduce(
                        gradient + at, values + at, rows: rows.count, vectors: vectors, norm, sum: sum, product: product)
                }
            }
        }
        var total = Sums(dy: [], weighted: [])
        for channel in 0..<z.channels {
            let (v, lane) = (channel / Activations.vector, channel % Activations.vector)
            var (sum, product) = (0.0, 0.0)
            for block in 0..<blocks {
                sum += sums[2 * block * vectors + v][lane]
                product += sums[(2 * block + 1) * vectors + v][lane]
            }
            total.dy.append(sum)
            total.weighted.append(product * inverseDeviation[channel])
        }
        return total
    }

    /// The gradient of z. `dz` may be `dy`.
    package func spread(
        _ dy: Activations, _ z: Activations, _ sums: Sums, throughReLU: Bool, into dz: Activations,
        _ execution: Execution
    ) {
        let (slope, offset) = coefficients(sums)
        let (gradient, values, to) = (dy.vectors, z.vectors, dz.vectors)
        slope.vectors.withUnsafeBufferPointer { slope in
            offset.vectors.withUnsafeBufferPointer { offset in
                let (slope, offset) = (slope.baseAddress!, offset.baseAddress!)
                run(z, execution) { norm, at, rows, vectors in
                    if throughReLU {
                        NormLoops.spreadThroughReLU(
                            gradient + at, values + at, rows: rows, vectors: vectors, norm, slope: slope,
                            offset: offset, into: to + at)
                    } else {
                        NormLoops.spread(
                            gradient + at, values + at, rows: rows, vectors: vectors, norm, slope: slope,
                            offset: offset, into: to + at)
                    }
                }
            }
        }
    }

    /// dz = factor · dy − slope · (z − mean) − offset: what flows through the batch's statistics is zero for fixed ones.
    package func coefficients(_ sums: Sums) -> (slope: ChannelValues, offset: ChannelValues) {
        guard let count else {
            let zeros = ChannelValues(lanes: mean.vectors.count * Activations.vector)
            return (zeros, zeros)
        }
        let share = 1 / Double(count)
        return (
            ChannelValues(exactFactor.indices.map { exactFactor[$0] * inverseDeviation[$0] * sums.weighted[$0] * share }),
            ChannelValues(exactFactor.indices.map { exactFactor[$0] * sums.dy[$0] * share })
        )
    }

    func withPointers(_ body: (NormPointers) -> Void) {
        mean.vectors.withUnsafeBufferPointer { mean in
            factor.vectors.withUnsafeBufferPointer { factor in
                shift.vectors.withUnsafeBufferPointer { shift in
                    body(
                        NormPointers(
                            mean: mean.baseAddress!, factor: factor.baseAddress!, shift: shift.baseAddress!))
                }
            }
        }
    }

    private func run(
        _ z: Activations, _ execution: Execution,
        _ body: (_ norm: NormPointers, _ at: Int, _ rows: Int, _ vectors: Int) -> Void
    ) {
        let vectors = z.lanes / Activations.vector
        withPointers { norm in
            ChannelRows.run(z, execution) { _, rows in body(norm, rows.lowerBound * vectors, rows.count, vectors) }
        }
    }
}
