/// y = x · weightᵀ + bias with its gradients, summed in double: small enough that precision is free.
package struct LinearLayer {
    package let inputs: Int
    package let outputs: Int
    /// (outputs, inputs)
    package let weight: UnsafePointer<Float>
    /// (outputs)
    package let bias: UnsafePointer<Float>

    /// - Parameters: weight and bias: valid as long as this is used.
    package init(inputs: Int, outputs: Int, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
        self.inputs = inputs
        self.outputs = outputs
        self.weight = weight
        self.bias = bias
    }

    /// - Parameter x: (n, inputs)
    /// - Returns: (n, outputs)
    package func forward(_ x: [Double]) -> [Double] {
        precondition(x.count % inputs == 0, "whole rows")
        var y: [Double] = []
        for n in 0..<(x.count / inputs) {
            for o in 0..<outputs {
                var sum = Double(bias[o])
                for i in 0..<inputs { sum += x[n * inputs + i] * Double(weight[o * inputs + i]) }
                y.append(sum)
            }
        }
        return y
    }

    /// - Parameter dy: (n, outputs)
    /// - Returns: the gradient of x, (n, inputs).
    package func inputGradient(_ dy: [Double]) -> [Double] {
        var dx = [Double](repeating: 0, count: dy.count / outputs * inputs)
        for n in 0..<(dy.count / outputs) {
            for o in 0..<outputs {
                let d = dy[n * outputs + o]
                for i in 0..<inputs { dx[n * inputs + i] += d * Double(weight[o * inputs + i]) }
            }
        }
        return dx
    }

    /// Overwrites the gradients that are wanted.
    package func gradients(
        _ x: [Double], _ dy: [Double], weight dw: UnsafeMutablePointer<Float>?, bias db: UnsafeMutablePointer<Float>?
    ) {
        let samples = dy.count / outputs
        for o in 0..<outputs {
            if let db { db[o] = Float((0..<samples).reduce(0.0) { $0 + dy[$1 * outputs + o] }) }
            guard let dw else { continue }
            for i in 0..<inputs {
                dw[o * inputs + i] = Float((0..<samples).reduce(0.0) { $0 + dy[$1 * outputs + o] * x[$1 * inputs + i] })
            }
        }
    }
}
