/// How bright each tissue is, relative to the brightest of grey and white matter.
package struct TissueContrast: Codable, Sendable, Hashable {
    package var fluid, cortex, nuclei, white, bone, fat, soft, gliosis: Double

    /// A 3D gradient-echo T1w image with inversion (MPRAGE).
    package static let t1w = TissueContrast(
        fluid: 0.21, cortex: 0.67, nuclei: 0.8, white: 1, bone: 0.08, fat: 1.3, soft: 0.5, gliosis: 0.74)
    /// A 3D turbo-spin-echo FLAIR image.
    package static let flair = TissueContrast(
        fluid: 0.09, cortex: 1, nuclei: 0.92, white: 0.79, bone: 0.1, fat: 0.85, soft: 0.55, gliosis: 1.36)

    package init(
        fluid: Double, cortex: Double, nuclei: Double, white: Double, bone: Double, fat: Double, soft: Double,
        gliosis: Double
    ) {
        (self.fluid, self.cortex, self.nuclei, self.white) = (fluid, cortex, nuclei, white)
        (self.bone, self.fat, self.soft, self.gliosis) = (bone, fat, soft, gliosis)
    }

    /// Indexed by `Tissue`.
    var intensities: SIMD8<Float> {
        SIMD8(
            Float(fluid), Float(cortex), Float(nuclei), Float(white), Float(bone), Float(fat), Float(soft),
            Float(gliosis))
    }
}
