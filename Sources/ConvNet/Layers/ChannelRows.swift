/// Shares the voxels of activations among workers, in blocks that depend on the shape alone.
///
/// A row is one voxel's channels. Sums that are made block by block and then joined in order have the same bits for any
/// number of threads.
enum ChannelRows {
    /// Floats of one block: what stays in the cache of one core while it is read twice.
    private static let blockFloats = 1 << 16

    static func blockCount(of x: Activations) -> Int {
        let rows = x.samples * x.voxels
        let length = blockRows(lanes: x.lanes)
        return (rows + length - 1) / length
    }

    /// Calls `body` once for every block, on several threads; `offset` is where its values begin.
    static func run(
        _ x: Activations, _ execution: Execution, _ body: (_ block: Int, _ offset: Int, _ rows: Int) -> Void
    ) {
        let rows = x.samples * x.voxels
        let length = blockRows(lanes: x.lanes)
        Workers.run(threads: execution.threads, items: blockCount(of: x)) { items in
            while let block = items.next() {
                body(block, block * length * x.lanes, min(rows - block * length, length))
            }
        }
    }

    private static func blockRows(lanes: Int) -> Int { max(1, blockFloats / lanes) }
}

/// Sums of two quantities per channel, one pair for every block of rows, and how they are joined.
struct BlockSums {
    private let lanes: Int
    private let blocks: Int
    private let memory: UnsafeMutablePointer<Double>

    /// Zeros, to be freed by `deallocate`.
    init(of x: Activations) {
        lanes = x.lanes
        blocks = ChannelRows.blockCount(of: x)
        memory = .allocate(capacity: 2 * lanes * blocks)
        memory.initialize(repeating: 0, count: 2 * lanes * blocks)
    }

    func deallocate() { memory.deallocate() }

    func first(_ block: Int) -> UnsafeMutablePointer<Double> { memory + 2 * block * lanes }
    func second(_ block: Int) -> UnsafeMutablePointer<Double> { memory + (2 * block + 1) * lanes }

    /// Both sums of one channel over all blocks.
    func total(_ channel: Int) -> (first: Double, second: Double) {
        var (a, b) = (0.0, 0.0)
        for block in 0..<blocks {
            a += first(block)[channel]
            b += second(block)[channel]
        }
        return (a, b)
    }
}

/// One value per channel, filled up with zeros to a whole vector.
package struct ChannelValues: Sendable {
    /// Vectors of 16, so that the values begin at a whole cache line.
    private var vectors: [SIMD16<Float>]

    package init(lanes: Int) { vectors = Array(repeating: .zero, count: lanes / Activations.vector) }

    package init(_ values: some Collection<Double>) {
        self.init(lanes: Activations.lanes(of: values.count))
        for (channel, value) in values.enumerated() {
            vectors[channel / Activations.vector][channel % Activations.vector] = Float(value)
        }
    }

    package subscript(channel: Int) -> Float { vectors[channel / Activations.vector][channel % Activations.vector] }

    var lanes: Int { vectors.count * Activations.vector }

    func map(_ change: (SIMD16<Float>) -> SIMD16<Float>) -> ChannelValues {
        var result = self
        result.vectors = vectors.map(change)
        return result
    }

    func withPointer(_ body: (UnsafePointer<Float>) -> Void) {
        vectors.withUnsafeBytes { body($0.bindMemory(to: Float.self).baseAddress!) }
    }
}
