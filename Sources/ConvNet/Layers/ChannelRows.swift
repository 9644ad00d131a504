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

    /// Calls `body` once for every block, on several threads.
    static func run(
        _ x: Activations, _ execution: Execution, _ body: (_ block: Int, _ rows: Range<Int>) -> Void
    ) {
        let rows = x.samples * x.voxels
        let length = blockRows(lanes: x.lanes)
        Workers.run(threads: execution.threads, items: blockCount(of: x)) { items in
            while let block = items.next() { body(block, (block * length)..<min(rows, (block + 1) * length)) }
        }
    }

    private static func blockRows(lanes: Int) -> Int { max(1, blockFloats / lanes) }
}

/// One value per channel, in whole vectors; the channels that fill up are zero.
package struct ChannelValues: Sendable {
    package private(set) var vectors: [SIMD16<Float>]

    package init(lanes: Int) { vectors = Array(repeating: .zero, count: lanes / Activations.vector) }

    package init(_ values: some Collection<Double>) {
        self.init(lanes: Activations.lanes(of: values.count))
        for (channel, value) in values.enumerated() {
            vectors[channel / Activations.vector][channel % Activations.vector] = Float(value)
        }
    }

    package subscript(channel: Int) -> Float { vectors[channel / Activations.vector][channel % Activations.vector] }

    func withPointer(_ body: (UnsafePointer<Float>) -> Void) {
        vectors.withUnsafeBytes { body($0.bindMemory(to: Float.self).baseAddress!) }
    }
}
