/// One step of a plan, bound to its memory.
struct InferenceStep {
    enum Work {
        /// The first convolution with batch norm, ReLU and max-pool.
        case stem(Stem, to: Activations)
        /// `index` counts in `Architecture.convolutions`. Where it `adds`, the shortcut's output lies in `to` already.
        case convolution(
            _ index: Int, any ConvolutionAlgorithm, from: Activations, adds: Bool, relu: Bool, to: Activations)
        /// Shortcut A.
        case zeroPad(stride: Int, from: Activations, to: Activations)
        /// Nothing is computed: a stage's output is whole.
        case output(Architecture.Stage, Activations)
    }

    let name: String
    let operations: Int
    let work: Work
}
