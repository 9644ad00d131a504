/// The stem's forward pass, pooled or not.
///
/// A worker takes a run of planes. It keeps the seven transformed input planes that the next output plane needs in a ring.
struct StemPass {
    private let stem: Stem
    private let tiling: any StemTiling
    private let execution: Execution
    private let kernels: StemKernels
    private var conv: SIMD3<Int> { stem.problem.output }

    init(_ stem: Stem, _ tiling: any StemTiling, _ execution: Execution) {
        self.stem = stem
        self.tiling = tiling
        self.execution = execution
        kernels = StemKernels.of(execution.kernels.instructions)
    }

    private var planeCount: Int { conv.y * conv.z * Activations.lanes(of: stem.problem.outputChannels) }

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
        let perRun = tiling.ringCount + tiling.productCount + tiling.roomCount + (pools ? planeCount : 0)
        let workers = min(execution.threads, runs.count)
        let scratch = execution.scratch(count: tiling.weightCount + workers * perRun)
        tiling.transform(weight, scale: scale, into: scratch, threads: execution.threads)
        let places = StemPlaces(scratch + tiling.weightCount, perRun)
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
        let products = ring + tiling.ringCount
        let room = products + tiling.productCount
        let target = y.base + run.sample * y.sampleStride
        let targetPlane = y.shape.y * y.shape.z * y.lanes
        // A pooled plane p has the planes 2p − 1 ... 2p + 1 under it.
        let begin = pools ? max(0, 2 * run.planes.lowerBound - 1) : run.planes.lowerBound
        let end = pools ? min(conv.x, 2 * run.planes.upperBound) : run.planes.upperBound
        let stride = stem.problem.geometry.stride.x
        var loaded = begin * stride - 4
        for z in begin..<end {
            while loaded < z * stride + 3 {
                loaded += 1
                let isInside = loaded >= 0 && loaded < stem.problem.input.x
                tiling.load(
                    isInside ? x + loaded * stem.problem.input.y * stem.problem.input.z : nil, slot: slot(loaded),
                    ring: ring, room: room)
            }
            let plane = pools ? room + tiling.roomCount : target + z * targetPlane
            tiling.compute(
                (0..<7).map { slot(z * stride - 3 + $0) }, ring: ring, weights: weights, products: products,
                room: room, epilogue, into: plane)
            guard pools else { continue }
            for p in Set([z / 2, (z + 1) / 2]).sorted() where run.planes.contains(p) {
                kernels.poolPlane(
                    plane, conv.y, conv.z, y.lanes, target + p * targetPlane, z == max(0, 2 * p - 1))
            }
        }
    }

    private func slot(_ plane: Int) -> Int { (plane + 7) % 7 }
}
