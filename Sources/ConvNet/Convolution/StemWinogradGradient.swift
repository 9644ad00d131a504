/// The gradient of the stem's weight by the transforms of its forward pass: a quarter of the direct sum's products.
///
/// Each tile's gradients go to the frequencies, are multiplied there with the transformed inputs under the seven taps of
/// axis 0 and summed over all tiles; the sums alone come back. A piece of work is a run of output planes. The number of
/// pieces depends on the shape alone and their sums are added in order: the result is the same for any number of threads.
struct StemWinogradGradient {
    private let stem: Stem
    private let execution: Execution
    private let forward: StemKernels
    private let kernels: StemGradientKernels
    private let transform: StemTransform
    private let tilesDown: Int
    private let tilesAcross: Int
    private let widestPanel: Int

    /// Tiles that go through the products together.
    private static let group = 24
    /// Keeps the streams of the frequencies apart in the sets of the cache.
    private static let spread = 16
    private static let mostPieces = 16
    /// Floats of a group of tiles of one transformed plane in one frequency: four phases each.
    private static let planeStride = 4 * group
    /// Floats of the seven planes of one group.
    private static let groupCount = 49 * 7 * planeStride

    init(_ stem: Stem, _ execution: Execution) {
        self.stem = stem
        self.execution = execution
        forward = StemKernels.of(execution.kernels.instructions)
        kernels = StemGradientKernels.of(execution.kernels.instructions)
        let gemm = GemmKernels.of(execution.kernels.instructions)
        transform = StemTransform(gemm, outputChannels: stem.problem.outputChannels)
        widestPanel = gemm.widestPanel
        tilesDown = (stem.problem.output.y + 3) / 4
        tilesAcross = (stem.problem.output.z + 3) / 4
    }

    private var tiles: Int { tilesDown * tilesAcross }
    private var gradientStride: Int { Self.group * widestPanel + Self.spread }
    private var ringCount: Int { (tiles + Self.group - 1) / Self.group * Self.groupCount }
    private var gradientCount: Int { 49 * gradientStride }
    /// Room for an input plane's phases, and for a tile on its way to the frequencies.
    private var roomCount: Int { ((4 * ((4 * tilesDown + 3) * (4 * tilesAcross + 3) + 49)) + 15) / 16 * 16 + 28 * 16 }

    func run(_ x: UnsafePointer<Float>, _ dy: Activations, into dw: UnsafeMutablePointer<Float>) {
        let planes = dy.samples * stem.problem.output.x
        let pieces = min(Self.mostPieces, planes)
        let perWorker = ringCount + gradientCount + roomCount
        let sums = execution.scratch(
            count: pieces * transform.count + min(execution.threads, pieces) * perWorker)
        let places = StemPlaces(sums + pieces * transform.count, perWorker)
        Workers.run(threads: execution.threads, items: pieces) { items in
            let place = places.next()
            while let piece = items.next() {
                let target = sums + piece * transform.count
                target.update(repeating: 0, count: transform.count)
                sum((planes * piece / pieces)..<(planes * (piece + 1) / pieces), x, dy, place, into: target)
            }
        }
        Workers.run(threads: execution.threads, items: stem.problem.outputChannels) { items in
            while let channel = items.next() { transform.gradient(channel, sums, pieces: pieces, into: dw) }
        }
    }

    /// Adds up a run of output planes, counted over all samples.
    private func sum(
        _ planes: Range<Int>, _ x: UnsafePointer<Float>, _ dy: Activations, _ ring: UnsafeMutablePointer<Float>,
        into sums: UnsafeMutablePointer<Float>
    ) {
        let (input, output) = (stem.problem.input, stem.problem.output)
        let stride = stem.problem.geometry.stride.x
        let gradients = ring + ringCount
        let room = gradients + gradientCount
        var loaded = 0
        for index in planes {
            let (sample, z) = index.quotientAndRemainder(dividingBy: output.x)
            if index == planes.lowerBound || z == 0 { loaded = z * stride - 4 }
            while loaded < z * stride + 3 {
                loaded += 1
                let isInside = loaded >= 0 && loaded < input.x
                forward.input(
                    isInside ? x + (sample * input.x + loaded) * input.y * input.z : nil, input.y, input.z, tilesDown,
                    tilesAcross, room, ring + slot(loaded) * Self.planeStride, Self.group, 7 * Self.planeStride)
            }
            let places = (0..<7).map { slot(z * stride - 3 + $0) * Self.planeStride }
            let plane = dy.base + index * output.y * output.z * dy.lanes
            for first in Swift.stride(from: 0, to: tiles, by: Self.group) {
                let count = min(Self.group, tiles - first)
                for panel in transform.panels {
                    kernels.input(
                        panel.width, first, count, tilesAcross, plane + panel.start, output.y, output.z, dy.lanes, room,
                        gradients, gradientStride)
                    kernels.products(
                        panel.width, count, ring + first / Self.group * Self.groupCount, 7 * Self.planeStride, places,
                        gradients, gradientStride, sums + transform.offset(of: panel))
                }
            }
        }
    }

    private func slot(_ plane: Int) -> Int { (plane + 7) % 7 }
}

extension StemTransform {
    /// From the frequencies back to the taps of one output channel: Gᵀ on both sides of the sum over all pieces.
    ///
    /// - Parameter sums: (pieces, `count`), laid out as transformed weights are.
    func gradient(
        _ channel: Int, _ sums: UnsafePointer<Float>, pieces: Int, into dw: UnsafeMutablePointer<Float>
    ) {
        guard let panel = panels.last(where: { $0.start <= channel }) else { return }
        let base = sums + (offset(of: panel) + channel - panel.start)
        for tap in 0..<7 {
            let plane = dw + (channel * 7 + tap) * 49
            for phase in 0..<4 {
                // Rows of frequencies brought back along the row.
                let rows = (0..<7).map { a -> SIMD4<Double> in
                    var row = SIMD4<Double>()
                    for b in 0..<7 {
                        let place = base + ((7 * a + b) * 28 + 4 * tap + phase) * panel.width
                        var value = 0.0
                        for piece in 0..<pieces { value += Double(place[piece * count]) }
                        row += Self.matrix[b] * value
                    }
                    return row
                }
                for j in 0..<4 where 2 * j + phase / 2 < 7 {
                    var taps = SIMD4<Double>()
                    for a in 0..<7 { taps += rows[a] * Self.matrix[a][j] }
                    for i in 0..<4 where 2 * i + phase % 2 < 7 {
                        plane[7 * (2 * j + phase / 2) + 2 * i + phase % 2] = Float(taps[i])
                    }
                }
            }
        }
    }
}
