package import ConvNet
internal import Foundation

/// A 1×1×1 convolution from the cells of the last stage to one task's labels, with its own Adam.
///
/// The loss is the cross-entropy between the labels' shares in a cell's neighbourhood and the head's probabilities, each
/// label weighted so that rare ones count.
package final class SegmentationHead {
    package let inputs: Int
    /// Labels and, as class 0, what has none.
    package let classes: Int
    /// One per class.
    package let weights: [Float]
    private let lanes: Int
    /// Rows of `lanes` floats, one per class, then one of biases; channels that fill up are zero.
    private let parameters, gradients: AlignedMemory
    private let adam: Adam
    private let execution = Execution(threads: 1)

    private static let nameOfWeight = "weight"
    private static let nameOfBias = "bias"

    /// - Parameter frequencies: of each class; a class that is never seen counts as the rarest.
    package init(
        inputs: Int, frequencies: [Double], rarityPower: Double = 0.5, rarityLimit: Double, seed: UInt64
    ) {
        self.inputs = inputs
        classes = frequencies.count
        lanes = Activations.lanes(of: inputs)
        let most = frequencies.max() ?? 1
        weights = frequencies.map { Float(min(pow(most / max($0, 1e-9), rarityPower), rarityLimit)) }
        let whole = classes * lanes + Activations.lanes(of: classes)
        parameters = AlignedMemory(count: whole)
        gradients = AlignedMemory(count: whole)
        adam = Adam(count: whole)
        var random = SeededGenerator(seed: seed)
        let bound = 1 / Double(inputs).squareRoot()
        for k in 0..<classes {
            for c in 0..<inputs { parameters.base[k * lanes + c] = Float((2 * random.uniform() - 1) * bound) }
            bias[k] = 0
        }
    }

    private var bias: UnsafeMutablePointer<Float> { parameters.base + classes * lanes }

    package func clearGradients() { gradients.base.update(repeating: 0, count: gradients.count) }

    package func step(_ learningRate: Double) {
        adam.step(parameters.base, gradients: gradients.base, learningRate: learningRate, execution)
    }

    /// Probabilities of every class in a cell, for one sample, (cells, classes).
    package func probabilities(_ output: Activations, sample: Int) -> [Float] {
        var result = [Float](repeating: 0, count: output.voxels * classes)
        result.withUnsafeMutableBufferPointer { result in
            for cell in 0..<output.voxels {
                let row = result.baseAddress! + cell * classes
                logits(output.base + output.index(sample, 0, cell), into: row)
                softmax(row)
            }
        }
        return result
    }

    /// The loss of one sample; its gradients are added to the head's and written to the output's.
    ///
    /// - Parameter share: of this sample in the loss.
    package func loss(
        _ output: Activations, sample: Int, _ truth: CellLabels, share: Float, gradient: Activations
    ) -> Double {
        precondition(truth.classes == classes && truth.cells == output.voxels, "the truth of this task and grid")
        var (sum, norm) = (0.0, 0.0)
        let logits = UnsafeMutablePointer<Float>.allocate(capacity: classes * output.voxels)
        defer { logits.deallocate() }
        truth.shares.withUnsafeBufferPointer { shares in
            weights.withUnsafeBufferPointer { weights in
                for cell in 0..<output.voxels {
                    let row = logits + cell * classes
                    self.logits(output.base + output.index(sample, 0, cell), into: row)
                    softmax(row)
                    for k in 0..<classes {
                        let weight = weights[k] * shares[cell * classes + k]
                        guard weight > 0 else { continue }
                        norm += Double(weight)
                        sum -= Double(weight) * log(max(Double(row[k]), 1e-30))
                    }
                }
                let scale = share / Float(norm)
                for cell in 0..<output.voxels {
                    let row = logits + cell * classes
                    var total: Float = 0
                    for k in 0..<classes { total += weights[k] * shares[cell * classes + k] }
                    for k in 0..<classes {
                        row[k] = (total * row[k] - weights[k] * shares[cell * classes + k]) * scale
                    }
                    let at = output.index(sample, 0, cell)
                    spread(row, x: output.base + at, dx: gradient.base + at)
                }
            }
        }
        return sum / norm * Double(share)
    }

    /// Adds the gradients of the parameters and writes that of the input, from the gradient of the logits.
    @inline(__always)
    private func spread(
        _ row: UnsafePointer<Float>, x: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
    ) {
        var c = 0
        while c < lanes {
            let here = vector(x + c)
            var sum = SIMD16<Float>.zero
            for k in 0..<classes {
                sum += vector(parameters.base + (k * lanes + c)) * row[k]
                let place = gradients.base + (k * lanes + c)
                store(vector(place) + here * row[k], place)
            }
            store(sum, dx + c)
            c += Activations.vector
        }
        for k in 0..<classes { gradients.base[classes * lanes + k] += row[k] }
    }

    @inline(__always)
    private func logits(_ x: UnsafePointer<Float>, into row: UnsafeMutablePointer<Float>) {
        for k in 0..<classes {
            var sum = SIMD16<Float>.zero
            var c = 0
            while c < lanes {
                sum += vector(parameters.base + (k * lanes + c)) * vector(x + c)
                c += Activations.vector
            }
            row[k] = sum.sum() + bias[k]
        }
    }

    @inline(__always)
    private func softmax(_ row: UnsafeMutablePointer<Float>) {
        var top = row[0]
        for k in 1..<classes { top = max(top, row[k]) }
        var sum: Float = 0
        for k in 0..<classes {
            row[k] = exp(row[k] - top)
            sum += row[k]
        }
        for k in 0..<classes { row[k] /= sum }
    }

    @inline(__always)
    private func vector(_ place: UnsafePointer<Float>) -> SIMD16<Float> {
        UnsafeRawPointer(place).loadUnaligned(as: SIMD16<Float>.self)
    }

    @inline(__always)
    private func store(_ value: SIMD16<Float>, _ place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: value, as: SIMD16<Float>.self)
    }

    // MARK: State

    /// Weight (classes, inputs, 1, 1, 1) and bias (classes), as PyTorch would name a convolution's.
    package func state() -> [String: Tensor] { tensors(parameters) }

    /// The gradients of the last sample's loss and of those before it since they were cleared.
    package func gradientState() -> [String: Tensor] { tensors(gradients) }

    /// Everything, so that training goes on with the same bits.
    package func checkpoint() -> [String: Tensor] {
        func whole(_ memory: AlignedMemory) -> Tensor {
            Tensor(
                shape: [memory.count], values: Array(UnsafeBufferPointer(start: memory.base, count: memory.count)))
        }
        return [
            "parameters": whole(parameters), "exp_avg": whole(adam.first), "exp_avg_sq": whole(adam.second),
            "step": Tensor(shape: [1], values: [Float(adam.steps)]),
        ]
    }

    /// - Returns: false where the tensors are not those of this head; then nothing was changed.
    package func restore(_ checkpoint: [String: Tensor]) -> Bool {
        let memories = ["parameters": parameters, "exp_avg": adam.first, "exp_avg_sq": adam.second]
        guard let steps = checkpoint["step"]?.values.first, steps >= 0, steps == steps.rounded(),
            memories.allSatisfy({ checkpoint[$0.key]?.values.count == $0.value.count })
        else { return false }
        for (name, memory) in memories {
            for (at, value) in (checkpoint[name]?.values ?? []).enumerated() { memory.base[at] = value }
        }
        adam.steps = Int(steps)
        return true
    }

    private func tensors(_ memory: AlignedMemory) -> [String: Tensor] {
        let weight = (0..<classes).flatMap { k in (0..<inputs).map { memory.base[k * lanes + $0] } }
        return [
            Self.nameOfWeight: Tensor(shape: [classes, inputs, 1, 1, 1], values: weight),
            Self.nameOfBias: Tensor(shape: [classes], values: (0..<classes).map { memory.base[classes * lanes + $0] }),
        ]
    }
}
