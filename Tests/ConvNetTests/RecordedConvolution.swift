import ConvNet
import Testing

/// A convolution that PyTorch recorded, output and both gradients, in `ops/conv3d_<name>.safetensors`.
struct RecordedConvolution: Sendable, CustomTestStringConvertible {
    let name: String
    var stride = SIMD3(repeating: 1)
    var padding = 1
    var dilation = 1
    var testDescription: String { name }

    static let all: [RecordedConvolution] = [
        RecordedConvolution(name: "stem_7_s122", stride: SIMD3(1, 2, 2), padding: 3),
        RecordedConvolution(name: "stem_7_s222", stride: SIMD3(2, 2, 2), padding: 3),
        RecordedConvolution(name: "k3_s1"),
        RecordedConvolution(name: "k3_s2_odd", stride: SIMD3(2, 2, 2)),
        RecordedConvolution(name: "k3_s2_even", stride: SIMD3(2, 2, 2)),
        RecordedConvolution(name: "k3_s2_thin", stride: SIMD3(2, 2, 2)),
        RecordedConvolution(name: "k3_dil2", padding: 2, dilation: 2),
        RecordedConvolution(name: "k3_dil4", padding: 4, dilation: 4),
        RecordedConvolution(name: "k1_s1", padding: 0),
        RecordedConvolution(name: "k1_s2_odd", stride: SIMD3(2, 2, 2), padding: 0),
    ]

    /// - Parameter weight: (outputChannels, inputChannels, kernel 0, kernel 1, kernel 2)
    func problem(weight: Tensor, input: Activations) -> ConvolutionProblem {
        ConvolutionProblem(
            inputChannels: weight.shape[1], outputChannels: weight.shape[0],
            geometry: ConvolutionGeometry(
                kernel: SIMD3(weight.shape[2], weight.shape[3], weight.shape[4]), stride: stride,
                padding: SIMD3(repeating: padding), dilation: SIMD3(repeating: dilation)),
            input: input.shape)
    }
}
