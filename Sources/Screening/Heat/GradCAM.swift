package import ConvNet

/// Grad-CAM at the last stage.
///
/// Behind layer4 stand a global average pool and one linear layer, so the gradient of a class's logit with respect to
/// channel k is w_ck / N at every cell: the map needs no backward pass. Selvaraju et al. 2017.
package enum GradCAM {
    /// Name of the layer in results.
    package static let layerName = "layer4"
    /// The class FCD; class 0 is control.
    package static let fcdClass = 1

    /// The signed map Σ_k w_ck · A_k / N of one class: (n, 1, a, b, c).
    ///
    /// Summed over its N cells, plus the class's bias, it is the class's logit.
    /// - Parameter classifier: `weight` is (classes, features), `bias` (classes); the bias moves no cell.
    package static func layer4(
        _ forward: ForwardResult, classifier: (weight: Tensor, bias: [Float]), targetClass: Int = fcdClass
    ) -> Tensor {
        let shape = forward.layer4.shape  // (n, features, a, b, c)
        let (batch, features, cells) = (shape[0], shape[1], shape[2...].reduce(1, *))
        precondition(classifier.weight.shape[1] == features, "the classifier reads layer4's features")
        precondition((0..<classifier.weight.shape[0]).contains(targetClass), "the class is one of the classifier's")
        let weights = classifier.weight.values[(targetClass * features)..<((targetClass + 1) * features)]
        var map = [Double](repeating: 0, count: batch * cells)
        forward.layer4.values.withUnsafeBufferPointer { activations in
            for n in 0..<batch {
                for (k, weight) in weights.enumerated() {
                    let channel = (n * features + k) * cells
                    for v in 0..<cells { map[n * cells + v] += Double(weight) * Double(activations[channel + v]) }
                }
            }
        }
        return Tensor(shape: [batch, 1] + shape[2...], values: map.map { Float($0 / Double(cells)) })
    }
}
