import ConvNet
import Testing

@Suite struct MemoryNeedTests {
    private func need(
        _ task: BenchmarkTask, depth: Int = 18, side: Int = 64, batch: Int = 1,
        memory: TrainingNetwork.Memory = .convolutionOutputs, threads: Int = 2
    ) throws -> MemoryNeed {
        try MemoryNeed(
            task, Architecture(depth: depth), input: SIMD3(repeating: side), batch: batch, memory: memory,
            threads: threads)
    }

    @Test func largerWorkNeedsMore() throws {
        let base = try need(.forward).bytes
        #expect(try need(.forward, side: 96).bytes > base)
        #expect(try need(.forward, side: 65).activationBytes > need(.forward).activationBytes)
        #expect(try need(.forward, depth: 34).bytes > base)
        #expect(try need(.forward, threads: 3).bytes > base)
        #expect(try need(.gradcam).bytes == base)
        #expect(try need(.train).bytes > base)
        #expect(try need(.train, batch: 2).bytes > need(.train).bytes)
    }

    @Test(arguments: [18, 34, 50])
    func computingAgainNeedsLess(depth: Int) throws {
        #expect(try need(.train, depth: depth, memory: .blockInputs).bytes < need(.train, depth: depth).bytes)
    }

    @Test func stateOfAResNet18IsThirtyThreeMillionFloats() throws {
        let weights = try need(.forward).weightBytes
        #expect((132_000_000...134_000_000).contains(weights))
        #expect(try need(.train).weightBytes == 5 * weights)
    }

    @Test func workIsNamed() throws {
        #expect(try need(.forward, depth: 50).work == "A forward pass of a ResNet-50")
        #expect(try need(.train).work == "A training step of a ResNet-18")
    }

    @Test func impossibleInputsAreRefused() {
        for side in [0, -1, 1 << 40] {
            let error = #expect(throws: ConvNetError.self) { try need(.forward, side: side) }
            #expect(error?.code == .badInput)
        }
        let error = #expect(throws: ConvNetError.self) { try need(.forward, depth: 20) }
        #expect(error?.code == .badArchitecture)
    }
}
