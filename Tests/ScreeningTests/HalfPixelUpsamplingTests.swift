import ConvNet
import Screening
import Testing

@Suite struct HalfPixelUpsamplingTests {
    @Test func matchesPyTorch() throws {
        let recorded = try Fixtures.tensors("ops/interpolate_trilinear.safetensors")
        let input = try #require(recorded["in.x"])  // (1, 2, 3, 4, 5)
        var compared = 0
        for (name, want) in recorded where name.hasSuffix("half_pixel") {
            let to = SIMD3(want.shape[2], want.shape[3], want.shape[4])
            let made = [0, 1].flatMap { channel in
                HalfPixelUpsampling.upsample(
                    Array(input.values[(channel * 60)..<(channel * 60 + 60)]), from: [3, 4, 5], to: to)
            }
            let error = zip(made, want.values).map { abs($0 - $1) }.max() ?? 1
            #expect(made.count == want.count && error <= 1e-5, "\(name)")
            compared += 1
        }
        #expect(compared == 4)
    }
}
