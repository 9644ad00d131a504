import ConvNet
import Testing

/// Which algorithm a layer of the network gets.
@Suite struct ConvolutionChoiceTests {
    private func choice(
        _ channels: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, _ input: SIMD3<Int>
    ) -> any ConvolutionAlgorithm {
        ConvolutionChoice.algorithm(
            for: ConvolutionProblem(
                inputChannels: channels, outputChannels: channels,
                geometry: ConvolutionGeometry(
                    kernel: SIMD3(repeating: kernel), stride: SIMD3(repeating: stride),
                    padding: SIMD3(repeating: dilation * (kernel / 2)), dilation: SIMD3(repeating: dilation)),
                input: input))
    }

    @Test func layersOfStrideOneAreWinogradsInEveryStage() {
        for (channels, input) in [
            (64, SIMD3(80, 48, 40)), (128, SIMD3(40, 24, 20)), (256, SIMD3(20, 12, 10)), (512, SIMD3(10, 6, 5)),
        ] {
            #expect(choice(channels, kernel: 3, input) is WinogradConvolution)
        }
        #expect(choice(256, kernel: 3, dilation: 2, SIMD3(20, 24, 20)) is WinogradConvolution)
    }

    @Test func stridedAndPointwiseLayersAreGeneral() {
        #expect(choice(64, kernel: 3, stride: 2, SIMD3(80, 48, 40)) is GemmConvolution)
        #expect(choice(64, kernel: 1, SIMD3(80, 48, 40)) is GemmConvolution)
        #expect(choice(64, kernel: 1, stride: 2, SIMD3(80, 48, 40)) is GemmConvolution)
        #expect(choice(1, kernel: 7, stride: 2, SIMD3(20, 20, 20)) is GemmConvolution)
    }
}
