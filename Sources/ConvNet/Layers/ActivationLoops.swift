/// ReLU's gradient and scaling on whole activations, on several threads.
enum ActivationLoops {
    /// dy ← dy where y > 0, else 0.
    static func mask(_ dy: Activations, where y: Activations, _ execution: Execution) {
        let kernel = execution.trainingKernels.maskGradient
        ChannelRows.run(dy, execution) { _, at, rows in kernel(rows * dy.lanes, y.base + at, dy.base + at) }
    }

    /// dz ← factor · dy, per channel; 0 where y, if given, is not above 0. `dz` is `dy` where it is not given.
    static func scale(
        _ dy: Activations, by factor: ChannelValues, where y: Activations? = nil, into dz: Activations? = nil,
        _ execution: Execution
    ) {
        let kernel = execution.trainingKernels.scaleGradient
        let to = (dz ?? dy).base
        factor.withPointer { factor in
            ChannelRows.run(dy, execution) { _, at, rows in
                kernel(rows, dy.lanes, dy.base + at, y.map { UnsafePointer($0.base + at) }, factor, to + at)
            }
        }
    }
}
