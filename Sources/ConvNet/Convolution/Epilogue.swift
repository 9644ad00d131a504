/// What is done to a convolution's output while it is written: y = max(0, w ∗ x + bias + residual), each part where given.
package struct Epilogue: @unchecked Sendable {
    /// One value per output channel, filled up with zeros to a whole vector of 16.
    package var bias: UnsafePointer<Float>?
    /// Added before ReLU; of the output's shape. It may be the very memory that the output is written to.
    package var residual: Activations?
    /// NaN stays NaN, so that it is noticed.
    package var relu: Bool

    package init(bias: UnsafePointer<Float>? = nil, residual: Activations? = nil, relu: Bool = false) {
        self.bias = bias
        self.residual = residual
        self.relu = relu
    }
}
