extension MaxPool3D {
    /// The same pooling by its definition, with the place of each maximum: slow, and what `forward` is tested against.
    ///
    /// - Parameter input: (n, c, d, h, w)
    /// - Returns: the pooled tensor, and for each of its values the offset of the first largest voxel within its channel.
    package func naive(_ input: Tensor) -> (output: Tensor, index: [Int]) {
        let size = input.spatialShape
        let out = geometry.outputShape(of: size)
        var result = Tensor(shape: [input.shape[0], input.shape[1], out.x, out.y, out.z])
        var index: [Int] = []
        for plane in 0..<(input.shape[0] * input.shape[1]) {
            for i in 0..<out.x {
                for j in 0..<out.y {
                    for k in 0..<out.z {
                        var largest: (value: Float, offset: Int)?
                        for a in range(i, 0, size.x) {
                            for b in range(j, 1, size.y) {
                                for c in range(k, 2, size.z) {
                                    let offset = (a * size.y + b) * size.z + c
                                    let value = input.values[plane * input.spatialCount + offset]
                                    if largest.map({ value > $0.value || value.isNaN }) ?? true {
                                        largest = (value, offset)
                                    }
                                }
                            }
                        }
                        result.values[index.count] = largest!.value
                        index.append(largest!.offset)
                    }
                }
            }
        }
        return (result, index)
    }
}
