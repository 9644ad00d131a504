/// Mean of each channel over all positions, summed in double.
package enum GlobalAveragePool {
    /// - Parameter input: (n, c, d, h, w)
    /// - Returns: (n, c)
    package static func forward(_ input: Tensor) -> Tensor {
        let length = input.spatialCount
        precondition(length > 0, "an activation has at least one position")
        return Tensor(
            shape: [input.shape[0], input.shape[1]],
            values: (0..<(input.shape[0] * input.shape[1])).map { row in
                Float(
                    input.values[(row * length)..<((row + 1) * length)].reduce(0.0) { $0 + Double($1) } / Double(length)
                )
            })
    }
}
