package import ConvNet

/// Grad-CAM at the stage that a bundle names, the last one by default (Selvaraju et al. 2017).
///
/// Behind layer4 stand a global average pool and one linear layer, so the gradient of a class's logit with respect to
/// channel k is w_ck / N at every cell: the map needs no backward pass. Where layer4 is dilated its features lie a step
/// of the dilation beside what they saw, and an earlier stage's map points nearer to it.
package enum GradCAM {
    /// The class FCD; class 0 is control.
    package static let fcdClass = 1

    /// The signed map Σ_k w_ck · A_k / N of one class: (n, 1, a, b, c).
    ///
    /// Summed over its N cells, plus the class's bias, it is the class's logit.
    /// - Parameter classifier: `weight` is (classes, features), `bias` (classes); the bias moves no cell.
    package static func layer4(
        _ forward: ForwardResult, classifier: (weight: Tensor, bias: [Float]), targetClass: Int = fcdClass
    ) -> Tensor {
        forward.layer4Map(classifier: classifier.weight, classIndex: targetClass)
    }
}
