import ConvNet
import Foundation
import Testing

/// Convolutions and pooling against what PyTorch recorded in double precision, on every kernel path.
///
/// The fixtures lie beside the package (`oracle/fixtures/ops`); where they are absent, the tests are skipped.
@Suite struct OperationFixtureTests {
    private static let folder = Fixtures.shared?.appending(path: "oracle/fixtures/ops")

    private static func tensors(_ name: String) throws -> [String: Tensor] {
        let folder = try #require(folder)
        return try SafetensorsFile.read(folder.appending(path: "\(name).safetensors").path)
    }

    @Test(.enabled(if: folder != nil, "the recorded operations lie outside the package"))
    func everyRecordedConvolutionIsTried() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: try #require(Self.folder).path)
        let names = files.filter { $0.hasPrefix("conv3d_") }.map { $0.split(separator: ".")[0].dropFirst(7) }
        #expect(names.sorted() == RecordedConvolution.all.map { Substring($0.name) }.sorted())
    }

    @Test(
        .enabled(if: folder != nil, "the recorded operations lie outside the package"),
        arguments: RecordedConvolution.all,
        KernelSet.Instructions.supported)
    func convolutionMatchesPyTorch(_ item: RecordedConvolution, _ instructions: KernelSet.Instructions) throws {
        let recorded = try Self.tensors("conv3d_" + item.name)
        let x = Activations(try #require(recorded["in.x"]))
        let dy = Activations(try #require(recorded["in.dy"]))
        let weight = try #require(recorded["in.weight"])
        let problem = item.problem(weight: weight, input: x)
        let execution = try instructions.execution(threads: 2)
        let chosen = ConvolutionChoice.algorithm(for: problem)
        for algorithm in [chosen, GemmConvolution(problem), DirectConvolution(problem)] as [any ConvolutionAlgorithm] {
            let label = "\(type(of: algorithm))"
            let y = Activations(samples: dy.samples, channels: dy.channels, shape: dy.shape)
            algorithm.forward(x, weight: weight.values, scale: nil, epilogue: Epilogue(), into: y, execution)
            expectClose(y.tensor(), try #require(recorded["out.y"]), 1e-5, "y \(label)")
            let dx = Activations(samples: x.samples, channels: x.channels, shape: x.shape)
            algorithm.inputGradient(dy, weight: weight.values, into: dx, adds: false, execution)
            expectClose(dx.tensor(), try #require(recorded["out.dx"]), 1e-5, "dx \(label)")
            var dw = Tensor(shape: weight.shape)
            dw.values.withUnsafeMutableBufferPointer {
                algorithm.weightGradient(x, dy, into: $0.baseAddress!, execution)
            }
            expectClose(dw, try #require(recorded["out.dweight"]), 1e-5, "dweight \(label)")
        }
    }

    @Test(
        .enabled(if: folder != nil, "the recorded operations lie outside the package"),
        arguments: KernelSet.Instructions.supported)
    func maxPoolMatchesPyTorchExactly(_ instructions: KernelSet.Instructions) throws {
        let recorded = try Self.tensors("maxpool3d")
        let x = Activations(try #require(recorded["in.x"]))
        let dy = Activations(try #require(recorded["in.dy"]))
        let execution = try instructions.execution(threads: 2)
        let pool = MaxPool(input: x.shape)
        let y = Activations(samples: x.samples, channels: x.channels, shape: pool.output)
        let origins = MaxPool.Origins(of: y)
        pool.forward(x, into: y, origins: origins, execution)
        #expect(y.tensor() == recorded["out.y"])
        let dx = Activations(samples: x.samples, channels: x.channels, shape: x.shape)
        pool.inputGradient(dy, origins: origins, into: dx, execution)
        expectClose(dx.tensor(), try #require(recorded["out.dx"]), 1e-5)
    }

    /// The recorded stems through `Stem`, which has kernels of its own.
    @Test(
        .enabled(if: folder != nil, "the recorded operations lie outside the package"),
        arguments: [1, 2], KernelSet.Instructions.supported)
    func stemMatchesPyTorch(firstStride: Int, _ instructions: KernelSet.Instructions) throws {
        let recorded = try Self.tensors("conv3d_stem_7_s\(firstStride)22")
        let x = try #require(recorded["in.x"])
        let dy = Activations(try #require(recorded["in.dy"]))
        let weight = try #require(recorded["in.weight"])
        let execution = try instructions.execution(threads: 2)
        let stem = Stem(
            outputChannels: dy.channels, firstStride: firstStride, input: SIMD3(x.shape[2], x.shape[3], x.shape[4]))
        let y = Activations(samples: dy.samples, channels: dy.channels, shape: dy.shape)
        stem.forward(x.values, weight: weight.values, into: y, execution)
        expectClose(y.tensor(), try #require(recorded["out.y"]), 1e-5)
        var dw = Tensor(shape: weight.shape)
        dw.values.withUnsafeMutableBufferPointer {
            stem.weightGradient(x.values, dy, into: $0.baseAddress!, execution)
        }
        expectClose(dw, try #require(recorded["out.dweight"]), 1e-5)
    }
}
