/// ReLU's gradient and scaling on whole activations, on several threads.
enum ActivationLoops {
    /// dy ← dy where y > 0, else 0.
    static func mask(_ dy: Activations, where y: Activations, _ execution: Execution) {
        let (gradient, values, vectors) = (dy.vectors, y.vectors, dy.lanes / Activations.vector)
        ChannelRows.run(dy, execution) { _, rows in
            let at = rows.lowerBound * vectors
            NormLoops.mask(gradient + at, values + at, count: rows.count * vectors, into: gradient + at)
        }
    }

    /// dz ← factor · dy, per channel; 0 where y, if given, is not above 0. `dz` is `dy` where it is not given.
    static func scale(
        _ dy: Activations, by factor: ChannelValues, where y: Activations? = nil, into dz: Activations? = nil,
        _ execution: Execution
    ) {
        let (from, to, mask) = (dy.vectors, (dz ?? dy).vectors, y?.vectors)
        let vectors = dy.lanes / Activations.vector
        factor.vectors.withUnsafeBufferPointer { factor in
            let factor = factor.baseAddress!
            ChannelRows.run(dy, execution) { _, rows in
                let at = rows.lowerBound * vectors
                NormLoops.scale(
                    from + at, y: mask.map { $0 + at }, factor: factor, rows: rows.count, vectors: vectors,
                    into: to + at)
            }
        }
    }
}
