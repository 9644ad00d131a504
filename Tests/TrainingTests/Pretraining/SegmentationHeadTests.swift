import ConvNet
import Testing
import Training

@Suite struct SegmentationHeadTests {
    private let architecture = Architecture.medicalNet(width: 2)
    private let shape: SIMD3<Int> = [17, 18, 20]

    private func head(_ seed: UInt64 = 1) -> SegmentationHead {
        SegmentationHead(
            inputs: architecture.features, frequencies: [0.9, 0.08, 0.02], rarityLimit: 30, seed: seed)
    }

    private func input() -> Tensor {
        var random = SeededGenerator(seed: 5)
        return Tensor(shape: [2, 1, 17, 18, 20], values: (0..<(2 * 6120)).map { _ in Float(random.normal()) })
    }

    /// Labels in blobs, different for each sample.
    private func truth(_ sample: Int) -> CellLabels {
        let labels = (0..<6120).map { at -> UInt8 in
            let (i, j, k) = (at / 360, at / 20 % 18, at % 20)
            if i < 8 + sample, j > 6 { return 1 }
            return k > 15 - sample ? 2 : 0
        }
        return labels.withUnsafeBufferPointer {
            CellLabels(
                $0.baseAddress!, shape: shape, cells: architecture.layer4Shape(input: shape),
                stride: architecture.layer4Stride, classes: 3)
        }
    }

    private func network(_ state: [String: Tensor]? = nil) throws -> TrainingNetwork {
        try TrainingNetwork(
            architecture, state: state ?? ResNet3D.randomState(architecture, seed: 3), threads: 1)
    }

    private func loss(_ network: TrainingNetwork, _ head: SegmentationHead) throws -> Double {
        head.clearGradients()
        return try network.denseBackward(features: input()) { output, gradient in
            (0..<2).reduce(0) {
                $0 + head.loss(output, sample: $1, truth($1), share: 0.5, gradient: gradient)
            }
        }
    }

    @Test func rareLabelsCountMore() {
        let head = head()
        #expect(head.weights[0] == 1 && head.weights[1] > 3 && head.weights[2] > head.weights[1])
        let limited = SegmentationHead(inputs: 4, frequencies: [1, 1e-8, 0], rarityLimit: 12, seed: 1)
        #expect(limited.weights == [1, 12, 12])
        let even = SegmentationHead(
            inputs: 4, frequencies: [0.75, 0.25], rarityPower: 1, rarityLimit: 1000, seed: 1)
        #expect(even.weights == [1, 3])
    }

    @Test func sharesOfACellAddUpToOne() {
        let truth = truth(0)
        #expect(truth.cells == 27)
        for cell in 0..<truth.cells {
            #expect(abs(truth.shares[(cell * 3)..<(cell * 3 + 3)].reduce(0, +) - 1) < 1e-5)
        }
        // Cell 0 looks at the first half of a stride along each axis: label 0 alone. The last holds some of label 2.
        #expect(truth.shares[0] == 1)
        #expect(truth.shares[truth.cells * 3 - 1] > 0.3)
    }

    /// Through the head and the whole network, along the gradient's own direction.
    @Test func gradientsAreTheDifferences() throws {
        let start = ResNet3D.randomState(architecture, seed: 3)
        let network = try network()
        _ = try loss(network, head())
        let gradients = network.gradients()
        for part in ["conv1.weight", "layer2.0.conv1.weight", "layer4.1.conv2.weight", "layer4.1.bn2.bias"] {
            let gradient = try #require(gradients[part])
            let square = gradient.values.reduce(0.0) { $0 + Double($1) * Double($1) }
            let step = 3e-4 / square.squareRoot()
            func moved(_ sign: Double) throws -> Double {
                var state = start
                for (i, value) in gradient.values.enumerated() {
                    state[part]?.values[i] += Float(sign * step * Double(value))
                }
                return try loss(try self.network(state), head())
            }
            let difference = try (moved(1) - moved(-1)) / (2 * step)
            #expect(abs(difference - square) <= 0.05 * square, "\(part): \(difference) for \(square)")
        }
    }

    @Test func itsOwnGradientsAreTheDifferences() throws {
        let head = head()
        let network = try network()
        _ = try loss(network, head)
        let gradients = head.gradientState()
        let kept = head.checkpoint()
        let lanes = 16
        for (k, c) in [(0, 0), (1, 3), (2, 15)] {
            let wanted = Double(try #require(gradients["weight"]).values[k * head.inputs + c])
            func moved(_ by: Float) throws -> Double {
                var state = kept
                state["parameters"]?.values[k * lanes + c] += by
                let other = self.head(2)
                #expect(other.restore(state))
                return try loss(network, other)
            }
            let difference = try (moved(1e-3) - moved(-1e-3)) / 2e-3
            #expect(abs(difference - wanted) <= 0.02 * abs(wanted) + 1e-4, "\(k) \(c): \(difference) for \(wanted)")
        }
    }

    @Test func stepsLowerTheLoss() throws {
        let (head, network) = (head(), try network())
        let first = try loss(network, head)
        for _ in 0..<20 {
            _ = try loss(network, head)
            head.step(0.01)
        }
        #expect(try loss(network, head) < first)
    }

    @Test func anotherHeadsStateIsRefused() {
        let other = SegmentationHead(inputs: 40, frequencies: [0.5, 0.5], rarityLimit: 3, seed: 1)
        #expect(!head().restore(other.checkpoint()))
        #expect(!head().restore([:]))
    }
}
