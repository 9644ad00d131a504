/// The stem's forward pass by Winograd's F(4×4, 4×4) on the four phases of each plane, pooled or not.
///
/// A worker takes a run of planes. It keeps the seven transformed input planes that the next output plane needs in a
/// ring; a plane's tiles go through the products and back in groups that stay in the second cache.
struct StemPass {
    private let stem: Stem
    private let execution: Execution
    private let kernels: StemKernels
    private let transform: StemTransform
    /// Tiles of 4×4 output voxels along axes 1 and 2.
    private let tilesDown: Int
    private let tilesAcross: Int
    private let widestPanel: Int
    private var conv: SIMD3<Int> { stem.problem.output }
    private var tiles: Int { tilesDown * tilesAcross }

    /// Tiles that go through the products together.
    private static let group = 24
    /// Keeps the streams of the frequencies apart in the sets of the cache.
    private static let spread = 16

    init(_ stem: Stem, _ execution: Execution) {
        self.stem = stem
        self.execution = execution
        kernels = StemKernels.of(execution.kernels.instructions)
        let gemm = GemmKernels.of(execution.kernels.instructions)
        transform = StemTransform(gemm, outputChannels: stem.problem.outputChannels)
        widestPanel = gemm.widestPanel
        tilesDown = (stem.problem.output.y + 3) / 4
        tilesAcross = (stem.problem.output.z + 3) / 4
    }

    /// Floats of a group of tiles of one transformed plane in one frequency: four phases each.
    private static let planeStride = 4 * group
    /// Floats of the seven planes of one group.
    private static let groupCount = 49 * 7 * planeStride
    private var productStride: Int { Self.group * widestPanel + Self.spread }
    private var ringCount: Int { (tiles + Self.group - 1) / Self.group * Self.groupCount }
    private var productCount: Int { 49 * productStride }
    /// Room for an input plane's phases, and for a tile on its way back.
    private var roomCount: Int { ((4 * ((4 * tilesDown + 3) * (4 * tilesAcross + 3) + 49)) + 15) / 16 * 16 + 28 * 16 }
    private var planeCount: Int { conv.y * conv.z * transform.lanes }

    /// A run of planes of one sample's target.
    private struct Run {
        let sample: Int
        let planes: Range<Int>
    }

    func run(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, scale: [Float]?, _ epilogue: Epilogue,
        into y: Activations, pools: Bool
    ) {
        let runs = runs(y)
        let perRun = ringCount + productCount + roomCount + (pools ? planeCount : 0)
        let workers = min(execution.threads, runs.count)
        let scratch = execution.scratch(count: transform.count + workers * perRun)
        transform.transform(weight, scale: scale, into: scratch, threads: execution.threads)
        let places = StemPlaces(scratch + transform.count, perRun)
        Workers.run(threads: execution.threads, items: runs.count) { items in
            let place = places.next()
            while let item = items.next() {
                work(runs[item], x + runs[item].sample * stem.inputCount, scratch, place, epilogue, y, pools)
            }
        }
    }

    /// As many pieces as threads: each piece transforms six input planes more than it has output planes.
    private func runs(_ y: Activations) -> [Run] {
        let pieces = max(1, min(y.shape.x, (execution.threads + y.samples - 1) / y.samples))
        return (0..<y.samples).flatMap { sample in
            (0..<pieces).map { piece in
                Run(sample: sample, planes: (y.shape.x * piece / pieces)..<(y.shape.x * (piece + 1) / pieces))
            }
        }
    }

    private func work(
        _ run: Run, _ x: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ place: UnsafeMutablePointer<Float>,
        _ epilogue: Epilogue, _ y: Activations, _ pools: Bool
    ) {
        let ring = place
        let products = ring + ringCount
        let room = products + productCount
        let target = y.base + run.sample * y.sampleStride
        let targetPlane = y.shape.y * y.shape.z * y.lanes
        // A pooled plane p has the planes 2p − 1 ... 2p + 1 under it.
        let begin = pools ? max(0, 2 * run.planes.lowerBound - 1) : run.planes.lowerBound
        let end = pools ? min(conv.x, 2 * run.planes.upperBound) : run.planes.upperBound
        let stride = stem.problem.geometry.stride.x
        var loaded = begin * stride - 4
        // Where the values for each tap of axis 0 and each phase lie.
        var places = [Int](repeating: 0, count: 28)
        for z in begin..<end {
            while loaded < z * stride + 3 {
                loaded += 1
                load(loaded, x, ring, room)
            }
            for tap in 0..<7 {
                for phase in 0..<4 {
                    places[4 * tap + phase] = slot(z * stride - 3 + tap) * Self.planeStride + phase
                }
            }
            let plane = pools ? room + roomCount : target + z * targetPlane
            compute(places, ring, weights, products, room, epilogue, into: plane)
            guard pools else { continue }
            for p in Set([z / 2, (z + 1) / 2]).sorted() where run.planes.contains(p) {
                kernels.poolPlane(
                    plane, conv.y, conv.z, y.lanes, target + p * targetPlane, z == max(0, 2 * p - 1))
            }
        }
    }

    private func slot(_ plane: Int) -> Int { (plane + 7) % 7 }

    /// Transforms one input plane into its slot of the ring.
    private func load(
        _ plane: Int, _ x: UnsafePointer<Float>, _ ring: UnsafeMutablePointer<Float>,
        _ room: UnsafeMutablePointer<Float>
    ) {
        let input = stem.problem.input
        let isInside = plane >= 0 && plane < input.x
        kernels.input(
            isInside ? x + plane * input.y * input.z : nil, input.y, input.z, tilesDown, tilesAcross, room,
            ring + slot(plane) * Self.planeStride, Self.group, 7 * Self.planeStride)
    }

    /// One output plane (h, w, lanes).
    private func compute(
        _ places: [Int], _ ring: UnsafePointer<Float>, _ weights: UnsafePointer<Float>,
        _ products: UnsafeMutablePointer<Float>, _ room: UnsafeMutablePointer<Float>, _ epilogue: Epilogue,
        into plane: UnsafeMutablePointer<Float>
    ) {
        for first in Swift.stride(from: 0, to: tiles, by: Self.group) {
            let count = min(Self.group, tiles - first)
            for panel in transform.panels {
                kernels.products(
                    panel.width, (count + 5) / 6 * 6, ring + first / Self.group * Self.groupCount,
                    7 * Self.planeStride, places, places.count, weights + transform.offset(of: panel), products,
                    productStride)
                kernels.output(
                    panel.width, first, count, tilesAcross, products, productStride, room, plane + panel.start,
                    conv.y, conv.z, transform.lanes, epilogue.bias.map { $0 + panel.start }, epilogue.relu)
            }
        }
    }
}
