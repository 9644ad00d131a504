import ConvNet
import Imaging
import Testing
import Training

@Suite struct RotationTests {
    private static let recorded: [SIMD3<Double>] = [
        [0, 0, 0], [15, 0, 0], [0, 15, 0], [0, 0, -15], [7.5, -3.25, 12], [-15, 15, -15],
    ]

    private static func scan(_ values: [Float], _ mask: [Float]? = nil, shape: SIMD3<Int>) -> CroppedScan {
        CroppedScan(
            volume: Volume(grid: VoxelGrid(shape: shape, affineRAS: .identity), voxels: values),
            foreground: mask.map { BinaryMask(shape: shape, values: $0.map { $0 > 0.5 ? 1 : 0 }) }, background: -1.5)
    }

    @Test(arguments: 0..<6) func turnsAsTheReferenceDoes(number: Int) throws {
        let tensors = try RecordedFiles.tensors("augment/rotation.safetensors")
        let (volume, mask) = (try #require(tensors["in.volume"]), try #require(tensors["in.mask"]))
        let scan = Self.scan(volume.values, mask.values, shape: [11, 13, 9])
        let rotation = Rotation(degrees: Self.recorded[number])
        // Also through the map where nothing is turned, which `apply` leaves out.
        for turned in [rotation.apply(scan), scan.mapped(by: rotation.map(shape: [11, 13, 9]))] {
            let linear = try #require(tensors["out.case\(number).linear"])
            let worst = zip(turned.volume.voxels, linear.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst <= 1e-5)
            let nearest = try #require(tensors["out.case\(number).nearest"])
            #expect(turned.foreground?.values.map(Float.init) == nearest.values)
        }
    }

    @Test(arguments: [[1, 1, 1], [1, 7, 5], [16, 1, 9], [20, 23, 31]] as [SIMD3<Int>])
    func theFastWalkIsTheSlowOne(shape: SIMD3<Int>) {
        var generator = SeededGenerator(seed: 3)
        let values = (0..<(shape.x * shape.y * shape.z)).map { _ in Float(generator.normal()) }
        let scan = Self.scan(values, values.map { $0 > 0 ? 1 : 0 }, shape: shape)
        for degrees in [[3, -14, 9], [90, 0, 0], [0, 180, 45], [-61, 33, 170]] as [SIMD3<Double>] {
            let map = Rotation(degrees: degrees).map(shape: shape)
            let turned = scan.mapped(by: map)
            let twin = scan.volume.resampled(shape: shape, map: map, .linear, outside: -1.5)
            let worst = zip(turned.volume.voxels, twin.voxels).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst <= 1e-5)
            let mask = Volume(grid: scan.volume.grid, voxels: scan.foreground?.values.map(Float.init) ?? [])
                .resampled(shape: shape, map: map, .nearest)
            let off = zip(turned.foreground?.values ?? [], mask.voxels).filter { Float($0) != $1 }.count
            // A place halfway between two voxels may fall to either.
            #expect(off <= values.count / 100)
        }
    }

    @Test func anglesFollowFromTheSeedAndStayWithinTheLimit() {
        let many = (0..<200).map { Rotation.random(within: 15, seed: $0) }
        #expect(many.allSatisfy { abs($0.degrees).max() <= 15 })
        #expect(Set(many).count == 200)
        #expect(many[7] == Rotation.random(within: 15, seed: 7))
        for axis in 0..<3 {
            let mean = many.reduce(0) { $0 + $1.degrees[axis] } / 200
            #expect(Swift.abs(mean) < 2)
        }
        #expect(Rotation.random(within: 0, seed: 1) == .none)
    }
}

private func abs(_ v: SIMD3<Double>) -> SIMD3<Double> { v.replacing(with: -v, where: v .< 0) }
