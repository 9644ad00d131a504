import ConvNet
import Screening
import Testing

@Suite struct GradCAMTests {
    /// The network of a fixture, and the values that captum gave for it.
    private func recorded(_ name: String) throws -> (network: ResNet3D, expected: [String: Tensor]) {
        var state: [String: Tensor] = [:]
        for (key, tensor) in try Fixtures.tensors("net/\(name).safetensors") {
            for role in ["param.", "buffer."] where key.hasPrefix(role) {
                state[String(key.dropFirst(role.count))] = tensor
            }
        }
        let shortcut: Architecture.Shortcut = state["layer2.0.downsample.0.weight"] == nil ? .a : .b
        let width = try #require(state["bn1.weight"]).count
        let network = try ResNet3D(Architecture(width: width, shortcut: shortcut), state: state)
        return (network, try Fixtures.tensors("gradcam/\(name).safetensors"))
    }

    /// The fixtures' demand: 1e-4 of the largest value, plus 1e-7.
    private func expectClose(_ actual: [Float], _ expected: Tensor, _ label: String) {
        let scale = expected.values.map(abs).max() ?? 0
        let error = zip(actual, expected.values).map { abs($0 - $1) }.max() ?? .infinity
        #expect(actual.count == expected.count && error <= 1e-4 * scale + 1e-7, "\(label)")
    }

    @Test(arguments: ["r18_a", "r18_b"])
    func mapsMatchCaptum(name: String) throws {
        let (network, expected) = try recorded(name)
        let input = try #require(expected["in.x"])
        let forward = try network.forward(input, threads: 1)
        for targetClass in [0, 1] {
            let map = GradCAM.layer4(forward, classifier: network.classifier, targetClass: targetClass)
            let raw = try #require(expected["out.layer4.class\(targetClass).raw"])
            #expect(map.shape == raw.shape)
            expectClose(map.values, raw, "\(name) raw")
            expectClose(
                map.values.map { max($0, 0) }, try #require(expected["out.layer4.class\(targetClass).relu"]),
                "\(name) relu")
        }
    }

    @Test(arguments: ["r18_a", "r18_b"])
    func sumOfTheMapAndBiasIsTheLogit(name: String) throws {
        let (network, expected) = try recorded(name)
        let forward = try network.forward(try #require(expected["in.x"]), threads: 1)
        for targetClass in [0, 1] {
            let map = GradCAM.layer4(forward, classifier: network.classifier, targetClass: targetClass)
            let sum = map.values.reduce(0.0) { $0 + Double($1) } + Double(network.classifier.bias[targetClass])
            #expect(abs(sum - Double(forward.logits.values[targetClass])) < 1e-5)
        }
    }

    @Test func samplesOfABatchAreKeptApart() throws {
        let (network, _) = try recorded("r18_a")
        let input = try #require(Fixtures.tensors("net/r18_a.safetensors")["in.x"])
        let both = GradCAM.layer4(try network.forward(input, threads: 1), classifier: network.classifier)
        #expect(both.shape == [2, 1, 2, 2, 2])
        let half = input.count / 2
        for n in 0..<2 {
            let sample = Tensor(
                shape: [1] + input.shape.dropFirst(), values: Array(input.values[(n * half)..<((n + 1) * half)]))
            let alone = GradCAM.layer4(try network.forward(sample, threads: 1), classifier: network.classifier)
            #expect(alone.values == Array(both.values[(n * 8)..<(n * 8 + 8)]))
        }
    }

    /// Parity with captum's own drawing, which places cells by half pixels; nothing that is published does.
    @Test(arguments: ["r18_a", "r18_b"])
    func halfPixelHeatmapsMatchCaptum(name: String) throws {
        let (network, expected) = try recorded(name)
        let input = try #require(expected["in.x"])
        let forward = try network.forward(input, threads: 1)
        let map = GradCAM.layer4(forward, classifier: network.classifier)
        let cells = SIMD3(map.shape[2], map.shape[3], map.shape[4])
        let voxels = SIMD3(input.shape[2], input.shape[3], input.shape[4])
        func upsampled(_ values: [Float]) -> [Float] { HalfPixelUpsampling.upsample(values, from: cells, to: voxels) }
        let positive = map.values.map { max($0, 0) }
        let drawings = [
            ("heatmap", Heatmap.stretched(upsampled(positive))),
            ("heatmap_signed", Heatmap.stretched(upsampled(map.values))),
            ("normalised_before_upsampling", upsampled(Heatmap.stretched(positive))),
        ]
        for (kind, values) in drawings {
            let want = try #require(expected["out.layer4.class1.\(kind)"])
            let error = zip(values, want.values).map { abs($0 - $1) }.max() ?? 1
            #expect(values.count == want.count && error <= 1e-4, "\(name) \(kind)")
        }
    }
}
