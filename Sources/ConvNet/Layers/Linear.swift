/// y = x · weightᵀ + bias, summed in double.
package struct Linear: Sendable {
    /// (outputs, inputs)
    let weight: Tensor
    /// (outputs)
    let bias: [Float]

    package init(weight: Tensor, bias: [Float]) {
        precondition(
            weight.shape.count == 2 && bias.count == weight.shape[0], "one row of weights and one bias per output")
        self.weight = weight
        self.bias = bias
    }

    /// - Parameter input: (n, inputs)
    /// - Returns: (n, outputs)
    package func forward(_ input: Tensor) -> Tensor {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1])
        precondition(
            input.shape.count == 2 && input.shape[1] == inputs, "the input has the features that the weights expect")
        var result = Tensor(shape: [input.shape[0], outputs])
        for n in 0..<input.shape[0] {
            for o in 0..<outputs {
                var sum = Double(bias[o])
                for i in 0..<inputs {
                    sum += Double(input.values[n * inputs + i]) * Double(weight.values[o * inputs + i])
                }
                result.values[n * outputs + o] = Float(sum)
            }
        }
        return result
    }
}
