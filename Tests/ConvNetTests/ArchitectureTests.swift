import ConvNet
import Foundation
import Testing

@Suite struct ArchitectureTests {
    @Test func fullWidthHasTheKnownNumberOfParameters() {
        // Counted by PyTorch; running statistics are no parameters, but are among the tensors.
        for (depth, shortcut, parameters, tensors) in [
            (18, Architecture.Shortcut.a, 32_987_202, 102 - 15), (18, .b, 33_161_026, 102),
            (34, .a, 63_296_834, 182 - 15), (34, .b, 63_470_658, 182), (50, .a, 43_382_594, 267 - 20),
            (50, .b, 46_159_170, 267),
        ] {
            let shapes = Architecture(depth: depth, shortcut: shortcut).parameterShapes
            let trained = shapes.filter { !$0.name.contains("running_") }
            #expect(trained.reduce(0) { $0 + $1.shape.reduce(1, *) } == parameters)
            // PyTorch counts no num_batches_tracked among these.
            #expect(shapes.count == tensors)
            #expect(Set(shapes.map(\.name)).count == tensors)
        }
    }

    @Test func namesAndShapesAreThoseOfPyTorch() throws {
        for network in try NetworkFixture.all() {
            for (name, shape) in network.architecture.parameterShapes {
                #expect(network.state[name]?.shape == shape, "\(network.name) \(name)")
            }
            let stored = network.state.keys.filter { !$0.hasSuffix("num_batches_tracked") }
            #expect(stored.count == network.architecture.parameterShapes.count)
        }
    }

    /// The whole list of every depth and shortcut, as PyTorch prints it.
    @Test(.enabled(if: Fixtures.shared != nil, "needs the material beside the checkout"))
    func listOfParametersIsPyTorchsInItsOrder() throws {
        let file = try #require(Fixtures.shared).appending(path: "oracle/params.txt")
        let sections = try String(contentsOf: file, encoding: .utf8).split(separator: "## ResNet-")
        #expect(sections.count == 6)
        for section in sections {
            let lines = section.split(separator: "\n")
            let depth = try #require(Int(lines[0].prefix(2)))
            let shortcut: Architecture.Shortcut = lines[0].contains("shortcut A") ? .a : .b
            let shapes = Architecture(depth: depth, shortcut: shortcut).parameterShapes
            #expect(shapes.map { "\($0.name) \($0.shape)" } == lines.dropFirst().map(String.init))
        }
    }

    @Test func layer4ShapeFollowsTheNetwork() {
        let architecture = Architecture(width: 1, shortcut: .a)
        #expect(architecture.layer4Stride == SIMD3(16, 32, 32))
        #expect(architecture.layer4Shape(input: SIMD3(161, 193, 161)) == SIMD3(11, 7, 6))
        #expect(architecture.layer4Shape(input: SIMD3(1, 1, 1)) == SIMD3(1, 1, 1))
    }

    @Test func everyStageHasItsStrideAndShape() {
        let paper = Architecture()
        let medicalNet = Architecture.medicalNet()
        let strides: [(Architecture.Stage, SIMD3<Int>, SIMD3<Int>)] = [
            (.maxpool, SIMD3(2, 4, 4), SIMD3(4, 4, 4)), (.layer1, SIMD3(2, 4, 4), SIMD3(4, 4, 4)),
            (.layer2, SIMD3(4, 8, 8), SIMD3(8, 8, 8)), (.layer3, SIMD3(8, 16, 16), SIMD3(8, 8, 8)),
            (.layer4, SIMD3(16, 32, 32), SIMD3(8, 8, 8)),
        ]
        for (stage, ofPaper, ofMedicalNet) in strides {
            #expect(paper.stageStride(stage) == ofPaper)
            #expect(medicalNet.stageStride(stage) == ofMedicalNet)
        }
        // Layer after layer instead of by formula, at every remainder.
        for architecture in [paper, medicalNet, Architecture(depth: 50, stageStrides: [2, 1, 2, 1])] {
            for size in [SIMD3(160, 192, 160), SIMD3(1, 2, 3), SIMD3(31, 33, 65), SIMD3(17, 63, 64)] {
                var shape = architecture.stem.geometry.outputShape(of: size)
                shape = architecture.pool.outputShape(of: shape)
                #expect(architecture.stageShape(.maxpool, input: size) == shape)
                for (stage, blocks) in zip(Architecture.Stage.allCases.dropFirst(), architecture.stages) {
                    for block in blocks {
                        let input = shape
                        for convolution in block.convolutions { shape = convolution.geometry.outputShape(of: shape) }
                        #expect(block.output(of: input) == shape)
                    }
                    #expect(architecture.stageShape(stage, input: size) == shape)
                }
            }
        }
    }

    @Test func blocksChainUp() throws {
        for depth in [18, 34, 50] {
            for architecture in [Architecture(depth: depth, shortcut: .a), .medicalNet(depth: depth, width: 5)] {
                var channels = architecture.width
                for block in architecture.blocks {
                    #expect(block.inputChannels == channels)
                    for convolution in block.convolutions {
                        #expect(convolution.inputChannels == channels)
                        channels = convolution.outputChannels
                    }
                    #expect(block.outputChannels == channels)
                    switch block.shortcut {
                    case .identity: #expect(block.inputChannels == channels && block.stride == 1)
                    case .zeroPad(let stride): #expect(architecture.shortcut == .a && stride == block.stride)
                    case .projection(let convolution):
                        #expect(architecture.shortcut == .b)
                        #expect(convolution.geometry.stride == SIMD3(repeating: block.stride))
                        #expect(convolution.outputChannels == channels)
                    }
                }
                #expect(architecture.features == channels)
            }
        }
        let dilated = try #require(Architecture.medicalNet(depth: 50).stages.last?.last)
        #expect(dilated.convolutions.map(\.geometry.dilation.x) == [1, 4, 1])
        #expect(dilated.convolutions.map(\.geometry.padding.x) == [0, 4, 0])
    }

    @Test func otherNetworksAreRefused() {
        let others: [(Architecture, String)] = [
            (Architecture(depth: 10), "depth"), (Architecture(depth: 101), "depth"), (Architecture(width: 0), "width"),
            (Architecture(width: 5000), "width"), (Architecture(stemStride: [3, 2, 2]), "stemStride"),
            (Architecture(stemStride: [2, 2]), "stemStride"), (Architecture(stemStride: [1, 1, 2]), "stemStride"),
            (Architecture(stageStrides: [1, 2, 0, 1]), "stageStrides"),
            (Architecture(stageStrides: [1, 2, 1, 1, 1]), "stageStrides"),
            (Architecture(stageDilations: [1, 1, 2, 8]), "stageDilations"),
            (Architecture(shortcut: .b, shortcutDetached: true), "shortcutDetached"),
            (Architecture(inputChannels: 2), "inputChannels"), (Architecture(classes: 1), "classes"),
        ]
        for (other, field) in others {
            let error = #expect(throws: ConvNetError.self) { try ResNet3D(other, state: [:]) }
            #expect(error?.code == .badArchitecture)
            #expect(error?.subject == field)
        }
    }

    @Test func wholeFamilyIsValid() throws {
        for depth in [18, 34, 50] {
            for shortcut in Architecture.Shortcut.allCases {
                try Architecture(depth: depth, shortcut: shortcut).validate()
                try Architecture.medicalNet(depth: depth, shortcut: shortcut).validate()
            }
            try Architecture(depth: depth, shortcut: .a, shortcutDetached: true).validate()
        }
    }

    @Test func jsonKeepsTheArchitecture() throws {
        for architecture in [
            Architecture(width: 12, shortcut: .a), .medicalNet(depth: 50, shortcut: .a, shortcutDetached: true),
        ] {
            let json = try JSONEncoder().encode(architecture)
            #expect(try JSONDecoder().decode(Architecture.self, from: json) == architecture)
            #expect(String(decoding: json, as: UTF8.self).contains("\"shortcut\":\"A\""))
        }
    }

    @Test func jsonOfEarlierBundlesIsRead() throws {
        let json = """
            {"classes": 2, "depth": 18, "inputChannels": 1, "shortcut": "B", "stageDilations": [1, 1, 1, 1],
            "stageStrides": [1, 2, 2, 2], "stemStride": [1, 2, 2], "width": 64}
            """
        #expect(try JSONDecoder().decode(Architecture.self, from: Data(json.utf8)) == Architecture())
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
