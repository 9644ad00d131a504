import ConvNet
import Foundation
import Testing

@Suite struct ArchitectureTests {
    @Test func fullWidthHasTheKnownNumberOfParameters() {
        // Counted by PyTorch; running statistics are no parameters.
        for (shortcut, parameters, tensors) in [(Architecture.Shortcut.a, 32_987_202, 87), (.b, 33_161_026, 102)] {
            let shapes = Architecture(shortcut: shortcut).parameterShapes
            let trained = shapes.filter { !$0.name.contains("running_") }
            #expect(trained.reduce(0) { $0 + $1.shape.reduce(1, *) } == parameters)
            // PyTorch counts no num_batches_tracked among these.
            #expect(shapes.count == tensors)
            #expect(Set(shapes.map(\.name)).count == tensors)
        }
    }

    @Test func namesAndShapesAreThoseOfPyTorch() throws {
        for name in ["r18_a", "r18_b"] {
            let recorded = try Fixtures.tensors("net/\(name).safetensors")
            let width = try #require(recorded["param.bn1.weight"]).count
            let shapes = Architecture(width: width, shortcut: name == "r18_a" ? .a : .b).parameterShapes
            for (name, shape) in shapes {
                let tensor = recorded["param." + name] ?? recorded["buffer." + name]
                #expect(tensor?.shape == shape, "\(name)")
            }
            let stored = recorded.keys.filter { $0.hasPrefix("param.") || $0.hasPrefix("buffer.") }
            #expect(stored.filter { !$0.hasSuffix("num_batches_tracked") }.count == shapes.count)
        }
    }

    @Test func layer4ShapeFollowsTheNetwork() throws {
        let architecture = Architecture(width: 1, shortcut: .a)
        #expect(architecture.layer4Stride == SIMD3(16, 32, 32))
        #expect(architecture.layer4Shape(input: SIMD3(161, 193, 161)) == SIMD3(11, 7, 6))
        #expect(architecture.layer4Shape(input: SIMD3(1, 1, 1)) == SIMD3(1, 1, 1))
        let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 1))
        for size in [SIMD3(16, 32, 33), SIMD3(17, 64, 65), SIMD3(31, 5, 96)] {
            let result = try network.forward(Tensor(shape: [1, 1, size.x, size.y, size.z]), threads: 1)
            let shape = architecture.layer4Shape(input: size)
            #expect(Array(result.layer4.shape[2...]) == [shape.x, shape.y, shape.z])
        }
    }

    @Test func otherNetworksAreRefused() {
        let others = [
            Architecture(depth: 34), Architecture(depth: 50), Architecture(width: 0), Architecture(width: 5000),
            Architecture(stemStride: [2, 2, 2]), Architecture(stageStrides: [1, 2, 1, 1]),
            Architecture(stageDilations: [1, 1, 2, 4]), Architecture(inputChannels: 2), Architecture(classes: 1),
        ]
        for other in others {
            let error = #expect(throws: ConvNetError.self) { try ResNet3D(other, state: [:]) }
            #expect(error?.code == .badArchitecture)
        }
    }

    @Test func jsonKeepsTheArchitecture() throws {
        let architecture = Architecture(width: 12, shortcut: .a)
        let json = try JSONEncoder().encode(architecture)
        #expect(try JSONDecoder().decode(Architecture.self, from: json) == architecture)
        #expect(String(decoding: json, as: UTF8.self).contains("\"shortcut\":\"A\""))
    }

    @Test func reportNamesWhatDoesNotFit() {
        let architecture = Architecture(width: 1, shortcut: .a)
        var state = ResNet3D.randomState(architecture, seed: 1)
        #expect(StateDictReport.compare(state, to: architecture).fits)
        state["fc.weight"] = nil
        state["conv1.weight"] = Tensor(shape: [1])
        state["layer2.0.downsample.0.weight"] = Tensor(shape: [2, 1, 1, 1, 1])
        state["bn1.num_batches_tracked"] = Tensor(shape: [])
        let report = StateDictReport.compare(state, to: architecture)
        #expect(report.missing == ["fc.weight"])
        #expect(report.mismatched == ["conv1.weight"])
        #expect(report.unexpected == ["layer2.0.downsample.0.weight"])
    }

    @Test func randomStateFollowsItsDistributions() throws {
        let architecture = Architecture(width: 16, shortcut: .b)
        let state = ResNet3D.randomState(architecture, seed: 5)
        #expect(StateDictReport.compare(state, to: architecture).fits)
        #expect(state == ResNet3D.randomState(architecture, seed: 5))
        #expect(state["fc.weight"] != ResNet3D.randomState(architecture, seed: 6)["fc.weight"])
        let weight = try #require(state["layer4.1.conv2.weight"])
        let mean = weight.values.reduce(0.0) { $0 + Double($1) } / Double(weight.count)
        let variance =
            weight.values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(weight.count)
        // 442 368 draws: the standard errors are 0.15 % of the deviation and 0.2 % of the variance.
        let expected = 2 / Double(128 * 27)
        #expect(abs(mean) < 0.01 * expected.squareRoot())
        #expect(abs(variance / expected - 1) < 0.01)
        #expect(state["bn1.weight"]?.values.allSatisfy { $0 == 1 } == true)
        #expect(state["bn1.running_var"]?.values.allSatisfy { $0 == 1 } == true)
        #expect(state["bn1.bias"]?.values.allSatisfy { $0 == 0 } == true)
        let bound = Float(1 / 128.0.squareRoot())
        let fc = try #require(state["fc.weight"]).values
        #expect(fc.allSatisfy { abs($0) <= bound } && fc.contains { abs($0) > 0.9 * bound })
    }

    @Test func generatorIsSplitMix64() {
        // First outputs for seed 1234567, as published with the reference implementation.
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in generator.next() }
                == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }
}
