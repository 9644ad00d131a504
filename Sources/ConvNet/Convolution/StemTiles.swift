/// Planes of the stem by Winograd's F(4×4, 4×4) on their four phases: the fastest, and exact enough for use.
///
/// A plane's tiles go through the products and back in groups that stay in the second cache.
struct StemTiles: StemTiling {
    private let problem: ConvolutionProblem
    private let kernels: StemKernels
    private let weights: StemTransform
    /// Tiles of 4×4 output voxels along axes 1 and 2.
    private let tilesDown: Int
    private let tilesAcross: Int
    private let widestPanel: Int

    /// Tiles that go through the products together.
    private static let group = 24
    /// Keeps the streams of the frequencies apart in the sets of the cache.
    private static let spread = 16

    init(_ problem: ConvolutionProblem, _ instructions: KernelSet.Instructions) {
        self.problem = problem
        kernels = StemKernels.of(instructions)
        let gemm = GemmKernels.of(instructions)
        weights = StemTransform(gemm, outputChannels: problem.outputChannels)
        widestPanel = gemm.widestPanel
        tilesDown = (problem.output.y + 3) / 4
        tilesAcross = (problem.output.z + 3) / 4
    }

    /// Floats of a group of tiles of one transformed plane in one frequency: four phases each.
    private static let planeStride = 4 * group
    /// Floats of the seven planes of one group.
    private static let groupCount = 49 * 7 * planeStride
    private var tiles: Int { tilesDown * tilesAcross }
    private var productStride: Int { Self.group * widestPanel + Self.spread }

    var weightCount: Int { weights.count }
    var ringCount: Int { (tiles + Self.group - 1) / Self.group * Self.groupCount }
    var productCount: Int { 49 * productStride }
    /// Room for an input plane's phases, and for a tile on its way back.
    var roomCount: Int { ((4 * ((4 * tilesDown + 3) * (4 * tilesAcross + 3) + 49)) + 15) / 16 * 16 + 28 * 16 }

    func transform(
        _ weight: UnsafePointer<Float>, scale: [Float]?, into to: UnsafeMutablePointer<Float>, threads: Int
    ) {
        weights.transform(weight, scale: scale, into: to, threads: threads)
    }

    func load(
        _ plane: UnsafePointer<Float>?, slot: Int, ring: UnsafeMutablePointer<Float>,
        room: UnsafeMutablePointer<Float>
    ) {
        kernels.input(
            plane, problem.input.y, problem.input.z, tilesDown, tilesAcross, room, ring + slot * Self.planeStride,
            Self.group, 7 * Self.planeStride)
    }

    func compute(
        _ slots: [Int], ring: UnsafePointer<Float>, weights transformed: UnsafePointer<Float>,
        products: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Float>, _ epilogue: Epilogue,
        into plane: UnsafeMutablePointer<Float>
    ) {
        // Where the values for each tap of axis 0 and each phase lie.
        let places = slots.flatMap { slot in (0..<4).map { slot * Self.planeStride + $0 } }
        for first in Swift.stride(from: 0, to: tiles, by: Self.group) {
            let count = min(Self.group, tiles - first)
            for panel in weights.panels {
                kernels.products(
                    panel.width, (count + 5) / 6 * 6, 49, ring + first / Self.group * Self.groupCount,
                    7 * Self.planeStride, places, places.count, places.count,
                    transformed + weights.offset(of: panel), products, productStride)
                kernels.output(
                    panel.width, first, count, tilesAcross, products, productStride, room, plane + panel.start,
                    problem.output.y, problem.output.z, weights.lanes, epilogue.bias.map { $0 + panel.start },
                    epilogue.relu)
            }
        }
    }
}
