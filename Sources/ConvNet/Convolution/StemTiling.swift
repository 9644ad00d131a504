/// A way to compute planes of the stem's convolution from a ring of seven transformed input planes.
protocol StemTiling: Sendable {
    /// Floats of the transformed weights.
    var weightCount: Int { get }
    /// Floats of the ring.
    var ringCount: Int { get }
    /// Floats of the products of one group of tiles.
    var productCount: Int { get }
    /// Floats of what else a worker needs at a time.
    var roomCount: Int { get }

    /// - Parameters:
    ///   - weight: (outputChannels, 1, 7, 7, 7)
    ///   - scale: one factor per output channel.
    func transform(
        _ weight: UnsafePointer<Float>, scale: [Float]?, into to: UnsafeMutablePointer<Float>, threads: Int)

    /// Transforms one input plane, or zeros, into a slot of the ring.
    func load(
        _ plane: UnsafePointer<Float>?, slot: Int, ring: UnsafeMutablePointer<Float>,
        room: UnsafeMutablePointer<Float>)

    /// Computes one output plane (h, w, lanes).
    ///
    /// - Parameter slots: where the input plane under each tap of axis 0 lies.
    func compute(
        _ slots: [Int], ring: UnsafePointer<Float>, weights: UnsafePointer<Float>,
        products: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Float>, _ epilogue: Epilogue,
        into plane: UnsafeMutablePointer<Float>)
}
