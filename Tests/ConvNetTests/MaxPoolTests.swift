import ConvNet
import Foundation
import Testing

/// Max-pooling of activations against its definition, on every kernel path.
@Suite struct MaxPoolTests {
    private static let sizes = [
        SIMD3(7, 8, 9), SIMD3(5, 5, 5), SIMD3(1, 1, 1), SIMD3(2, 1, 4), SIMD3(3, 2, 1), SIMD3(6, 11, 8),
    ]

    /// Flat offset in one channel of each value's origin, in the order of a tensor (n, c, d, h, w).
    private func offsets(_ pool: MaxPool, _ y: Activations, _ origins: MaxPool.Origins) -> [Int] {
        var offsets: [Int] = []
        for n in 0..<y.samples {
            for c in 0..<y.channels {
                for voxel in 0..<y.voxels {
                    let tap = Int(origins[y.index(n, c, voxel)])
                    let (i, j, k) = (
                        voxel / (y.shape.y * y.shape.z), voxel / y.shape.z % y.shape.y, voxel % y.shape.z
                    )
                    let place = SIMD3(2 * i - 1 + tap / 9, 2 * j - 1 + tap / 3 % 3, 2 * k - 1 + tap % 3)
                    offsets.append((place.x * pool.input.y + place.y) * pool.input.z + place.z)
                }
            }
        }
        return offsets
    }

    private func expectAgreement(_ input: Tensor, _ execution: Execution) {
        let x = Activations(input)
        let pool = MaxPool(input: x.shape)
        let y = Activations(samples: x.samples, channels: x.channels, shape: pool.output)
        let origins = MaxPool.Origins(of: y)
        pool.forward(x, into: y, origins: origins, execution)
        let naive = MaxPool3D(kernel: 3, stride: 2, padding: 1).naive(input)
        #expect(y.tensor().values.map(\.bitPattern) == naive.output.values.map(\.bitPattern))
        #expect(offsets(pool, y, origins) == naive.index)
        let dy = noise(y.tensor().shape, seed: 72)
        let dx = Activations(samples: x.samples, channels: x.channels, shape: x.shape)
        for index in 0..<dx.count { dx.base[index] = .nan }
        pool.inputGradient(Activations(dy), origins: origins, into: dx, execution)
        var expected = Tensor(shape: input.shape)
        for (place, offset) in naive.index.enumerated() {
            expected.values[place / y.voxels * x.voxels + offset] += dy.values[place]
        }
        expectClose(dx.tensor(), expected, 1e-6)
        #expect(y.fillIsZero && dx.fillIsZero)
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func valuesOriginsAndGradientsEqualTheDefinition(_ instructions: KernelSet.Instructions) throws {
        for (round, size) in Self.sizes.enumerated() {
            let input = noise([2, [3, 16, 20][round % 3], size.x, size.y, size.z], seed: 71)
            try expectAgreement(input, instructions.execution(threads: 1 + round % 3))
        }
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func ofEqualValuesTheFirstIsTheOrigin(_ instructions: KernelSet.Instructions) throws {
        var input = noise([1, 4, 6, 7, 8], seed: 73)
        for index in input.values.indices { input.values[index] = max(0, input.values[index].rounded()) }
        try expectAgreement(input, instructions.execution(threads: 2))
    }

    @Test(arguments: KernelSet.Instructions.supported)
    func notANumberWins(_ instructions: KernelSet.Instructions) throws {
        var input = noise([1, 2, 5, 6, 7], seed: 74)
        for index in stride(from: 0, to: input.values.count, by: 11) { input.values[index] = .nan }
        let x = Activations(input)
        let pool = MaxPool(input: x.shape)
        let y = Activations(channels: 2, shape: pool.output)
        let origins = MaxPool.Origins(of: y)
        pool.forward(x, into: y, origins: origins, try instructions.execution(threads: 1))
        let naive = MaxPool3D(kernel: 3, stride: 2, padding: 1).naive(input)
        #expect(y.tensor().values.map(\.isNaN) == naive.output.values.map(\.isNaN))
        #expect(offsets(pool, y, origins) == naive.index)
    }
}
