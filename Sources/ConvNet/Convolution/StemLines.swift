/// Planes of the stem with little rounding: Winograd's F(2, 4) along axis 2 alone, the other axes summed as they are.
///
/// Batch norm over few values makes errors of the stem's output many times larger in a deep network's loss, which is why
/// training takes this way. Two output columns are a tile; its lines go through the products and back in groups that stay
/// in the second cache. Products are summed in one chunk per tap of axis 0, which halves the error of one long sum.
struct StemLines: StemTiling {
    private let problem: ConvolutionProblem
    private let kernels: StemKernels
    private let weights: StemLineTransform
    private let widestPanel: Int
    private let tiles: Int
    /// Pairs of input rows that are transformed: three more than output lines, of which there are whole sixes.
    private let rows: Int

    private static let frequencies = 5
    /// Taps of axis 1 times phases of axis 2.
    private static let chunk = 14
    /// Output lines that go through the products together, a multiple of six.
    private static let group = 120
    /// Keeps the streams of the frequencies apart in the sets of the cache.
    private static let spread = 16

    init(_ problem: ConvolutionProblem, _ instructions: KernelSet.Instructions) {
        self.problem = problem
        kernels = StemKernels.of(instructions)
        let gemm = GemmKernels.of(instructions)
        weights = StemLineTransform(gemm, outputChannels: problem.outputChannels)
        widestPanel = gemm.widestPanel
        tiles = (problem.output.z + 1) / 2
        rows = (problem.output.y + 5) / 6 * 6 + 3
    }

    /// Floats of one transformed plane in one tile and frequency.
    private var planeStride: Int { 4 * rows }
    private var productStride: Int { min(Self.group, rows - 3) * widestPanel + Self.spread }

    var weightCount: Int { weights.count }
    var ringCount: Int { (tiles * Self.frequencies * 7 * planeStride + 15) / 16 * 16 }
    var productCount: Int { Self.frequencies * productStride }
    /// Room for an input plane's phases.
    var roomCount: Int { (4 * rows * (2 * tiles + 3) + 15) / 16 * 16 }

    func transform(
        _ weight: UnsafePointer<Float>, scale: [Float]?, into to: UnsafeMutablePointer<Float>, threads: Int
    ) {
        weights.transform(weight, scale: scale, into: to, threads: threads)
    }

    func load(
        _ plane: UnsafePointer<Float>?, slot: Int, ring: UnsafeMutablePointer<Float>,
        room: UnsafeMutablePointer<Float>
    ) {
        kernels.lineInput(
            plane, problem.input.y, problem.input.z, rows, tiles, room, ring + slot * planeStride,
            7 * planeStride)
    }

    func compute(
        _ slots: [Int], ring: UnsafePointer<Float>, weights transformed: UnsafePointer<Float>,
        products: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Float>, _ epilogue: Epilogue,
        into plane: UnsafeMutablePointer<Float>
    ) {
        // Where the values for each tap of axes 0 and 1 and each phase of axis 2 lie: they are side by side.
        let places = slots.flatMap { slot in (0..<Self.chunk).map { slot * planeStride + $0 } }
        for tile in 0..<tiles {
            for first in Swift.stride(from: 0, to: problem.output.y, by: Self.group) {
                let count = min(Self.group, problem.output.y - first)
                for panel in weights.panels {
                    kernels.products(
                        panel.width, (count + 5) / 6 * 6, Self.frequencies,
                        ring + (tile * Self.frequencies * 7 * planeStride + 4 * first), 7 * planeStride, places,
                        places.count, Self.chunk, transformed + weights.offset(of: panel), products,
                        productStride)
                    kernels.lineOutput(
                        panel.width, first, count, tile, products, productStride, plane + panel.start,
                        problem.output.z, weights.lanes, epilogue.bias.map { $0 + panel.start }, epilogue.relu)
                }
            }
        }
    }
}
