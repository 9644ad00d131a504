import CCPU

/// How the volumes of one convolution are cut into tiles for Winograd's algorithm.
///
/// A dilation of d is no different from d³ convolutions without one, each on every d-th voxel; so a tile holds every d-th
/// voxel along an axis.
struct WinogradTiling {
    /// Outputs of a tile along each axis: 2, 3 or 4.
    let outputs: SIMD3<Int>
    let samples: Int
    private let shape: SIMD3<Int>
    private let dilation: SIMD3<Int>
    /// Where the outputs of tiles begin along each axis.
    private let starts: [[Int]]

    init(_ problem: ConvolutionProblem, samples: Int, outputs: SIMD3<Int>) {
        self.outputs = outputs
        self.samples = samples
        shape = problem.input
        dilation = problem.geometry.dilation
        starts = (0..<3).map { axis in
            let step = problem.geometry.dilation[axis]
            return (0..<min(step, problem.input[axis])).flatMap { first in
                Array(stride(from: first, to: problem.input[axis], by: step * outputs[axis]))
            }
        }
    }

    /// Points of a tile along each axis.
    var points: SIMD3<Int> { outputs &+ 2 }
    var frequencies: Int { points.x * points.y * points.z }
    /// Tiles of all samples.
    var count: Int { samples * starts[0].count * starts[1].count * starts[2].count }

    /// The voxels that the outputs of tile number `index` depend on, and where the first of them lies in activations of
    /// `lanes` floats per voxel. The place of a voxel that does not exist may be outside of them.
    func input(_ index: Int, lanes: Int, frequencyStride: Int) -> (tile: Tile, offset: Int) {
        let (sample, start) = place(index)
        return tile(sample, start &- dilation, lanes, lanes, frequencyStride, points)
    }

    /// The outputs of tile number `index`, `lanes` channels of them, in activations of `voxelStride` floats per voxel.
    func output(
        _ index: Int, lanes: Int, voxelStride: Int, frequencyStride: Int
    ) -> (tile: Tile, offset: Int) {
        let (sample, start) = place(index)
        return tile(sample, start, lanes, voxelStride, frequencyStride, outputs)
    }

    private func place(_ index: Int) -> (sample: Int, start: SIMD3<Int>) {
        let (plane, w) = index.quotientAndRemainder(dividingBy: starts[2].count)
        let (block, h) = plane.quotientAndRemainder(dividingBy: starts[1].count)
        let (sample, d) = block.quotientAndRemainder(dividingBy: starts[0].count)
        return (sample, SIMD3(starts[0][d], starts[1][h], starts[2][w]))
    }

    private func tile(
        _ sample: Int, _ first: SIMD3<Int>, _ lanes: Int, _ voxelStride: Int, _ frequencyStride: Int, _ size: SIMD3<Int>
    ) -> (tile: Tile, offset: Int) {
        let strides = SIMD3(shape.y * shape.z, shape.z, 1) &* voxelStride
        func axis(_ a: Int) -> TileAxis {
            TileAxis(
                points: points[a], stride: strides[a] * dilation[a], from: first[a] < 0 ? 1 : 0,
                to: min(size[a], (shape[a] - 1 - first[a]) / dilation[a] + 1))
        }
        let voxels = shape.x * shape.y * shape.z
        let offset = sample * voxels * voxelStride + (first &* strides).wrappedSum()
        return (Tile(d: axis(0), h: axis(1), w: axis(2), lanes: lanes, frequencyStride: frequencyStride), offset)
    }
}

extension WinogradTiling {
    /// Cycles of one core with AVX-512 that the convolution takes, roughly: the products at one vector per cycle, and what
    /// the transforms were measured to take.
    func cost(_ problem: ConvolutionProblem) -> Double {
        let vectors = (
            Double(Activations.lanes(of: problem.inputChannels) / 16),
            Double(Activations.lanes(of: problem.outputChannels) / 16)
        )
        let (frequencies, inputs) = (Double(frequencies), Double(problem.inputChannels))
        let product = frequencies * Double(max(4, count + count % 2)) * inputs * vectors.1
        let tiles = Double(count) * frequencies * 9 * (vectors.0 + vectors.1)
        let weights = inputs * vectors.1 * (200 + 5 * frequencies)
        return product + tiles + weights
    }

    /// The cheapest tiling. Of tilings about as cheap it is one of fewer points, whose rounding errors are smaller.
    static func best(_ problem: ConvolutionProblem, samples: Int) -> WinogradTiling {
        var best = WinogradTiling(problem, samples: samples, outputs: SIMD3(repeating: 2))
        var least = best.cost(problem)
        for d in 2...4 {
            for h in 2...4 {
                for w in 2...4 {
                    let tiling = WinogradTiling(problem, samples: samples, outputs: SIMD3(d, h, w))
                    let cost = tiling.cost(problem)
                    if cost < 0.97 * least { (best, least) = (tiling, cost) }
                }
            }
        }
        return best
    }
}
