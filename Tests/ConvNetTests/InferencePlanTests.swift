import ConvNet
import Foundation
import Testing

@Suite struct InferencePlanTests {
    @Test func profileNamesEveryLayerOnce() throws {
        for architecture in [Architecture(width: 2), Architecture(depth: 50, width: 1, shortcut: .a)] {
            let network = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 1))
            let input = SIMD3(9, 11, 13)
            let plan = try network.plan(input: input, threads: 1)
            var layers: [LayerProfile.Layer] = []
            var ticks = 0.0
            let profile = LayerProfile {
                ticks += 1
                return ticks
            } report: {
                layers.append($0)
            }
            _ = try network.forward(noise([1, 1, 9, 11, 13], seed: 1), on: plan, profile: profile)
            #expect(layers.allSatisfy { $0.seconds == 1 })
            let names = layers.map(\.name)
            #expect(Set(names).count == names.count)
            #expect(names.first == "conv1" && names.last == "fc")
            #expect(Set(architecture.convolutions.map(\.name)).isSubset(of: names))
            #expect(layers[0].operations == 2 * 343 * architecture.width * 9 * 6 * 7)
        }
    }

    /// The algorithms that are chosen, against the plain sums, in whole networks of sizes that no recording has.
    @Test(
        arguments: [
            (Architecture(width: 16), SIMD3(21, 33, 38)), (Architecture(width: 11, shortcut: .a), SIMD3(9, 44, 17)),
            (Architecture(depth: 34, width: 4), SIMD3(16, 32, 32)), (.medicalNet(width: 5), SIMD3(33, 18, 40)),
            (Architecture(depth: 50, width: 5, shortcut: .a), SIMD3(13, 25, 31)),
            (.medicalNet(depth: 50, width: 3), SIMD3(32, 30, 16)),
        ], KernelSet.Instructions.supported)
    func chosenAlgorithmsAgreeWithThePlainSums(
        _ network: (architecture: Architecture, input: SIMD3<Int>), instructions: KernelSet.Instructions
    ) throws {
        let (architecture, input) = network
        let kernels = try KernelSet.named(instructions.rawValue)
        let fast = try InferencePlan(architecture, input: input, threads: 2, kernels: kernels)
        let plain = try InferencePlan(architecture, input: input, threads: 1, kernels: kernels) {
            DirectConvolution($0)
        }
        let net = try ResNet3D(architecture, state: ResNet3D.randomState(architecture, seed: 4))
        let x = noise([1, 1, input.x, input.y, input.z], seed: 6)
        let (got, want) = (try net.forward(x, on: fast), try net.forward(x, on: plain))
        expectClose(got.layer4, want.layer4, 1e-5)
        expectClose(got.logits, want.logits, 1e-5)
    }

    @Test func memoryHoldsTwoActivationsOfTheFirstStage() throws {
        let input = SIMD3(160, 192, 160)
        let stage1 = 80 * 48 * 40 * 64 * 4
        #expect(try InferencePlan.activationBytes(Architecture(), input: input) == 2 * stage1)
        // A bottleneck's input and what lies between two convolutions: 4 + 1 + 1, and where stage 2 begins 4 + 2 + ½.
        #expect(try InferencePlan.activationBytes(Architecture(depth: 50), input: input) <= 7 * stage1)
        #expect(try InferencePlan.activationBytes(Architecture(depth: 34), input: input) == 2 * stage1)
    }

    @Test(arguments: [SIMD3(0, 5, 5), SIMD3(5, -1, 5), SIMD3(1 << 20, 1 << 20, 1), SIMD3(Int.max, Int.max, 2)])
    func inputThatNoNetworkTakesIsRefused(input: SIMD3<Int>) {
        let error = #expect(throws: ConvNetError.self) {
            try InferencePlan(Architecture(width: 1), input: input, threads: 1)
        }
        #expect(error?.code == .badInput)
        #expect(error?.subject == "input")
    }

    @Test func noThreadIsRefused() {
        let error = #expect(throws: ConvNetError.self) {
            try InferencePlan(Architecture(width: 1), input: SIMD3(5, 5, 5), threads: 0)
        }
        #expect(error?.code == .badInput)
        #expect(error?.subject == "threads")
    }

    @Test func mappedWeightsGiveTheSameAnswer() throws {
        try withTemporaryFolder { folder in
            let architecture = Architecture(width: 3)
            let state = ResNet3D.randomState(architecture, seed: 8)
            let path = folder.appending(path: "weights.safetensors").path
            try SafetensorsFile.write(state, metadata: [:], to: path)
            let mapped = try ResNet3D(architecture, weights: SafetensorsFile.map(path))
            let copied = try ResNet3D(architecture, state: state)
            let input = noise([1, 1, 9, 10, 11], seed: 2)
            #expect(try mapped.forward(input, threads: 1).logits == copied.forward(input, threads: 1).logits)
        }
    }
}
