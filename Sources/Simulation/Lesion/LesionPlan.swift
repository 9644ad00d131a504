/// How dysplasias are drawn: where, how large, how conspicuous.
package struct LesionPlan: Codable, Sendable, Hashable {
    /// Volume, millilitres; drawn evenly in its logarithm.
    package var millilitres: ClosedRange<Double> = 1...20
    /// 0: nothing to be seen, 0.2: nearly nothing, 1: obvious. Drawn evenly.
    package var severity: ClosedRange<Double> = 0.3...1
    /// Chance that the middle lies at the bottom of a sulcus rather than anywhere on the cortex.
    package var bottomOfSulcus = 0.75
    /// Chance of a tail towards the ventricle.
    package var tail = 0.35
    /// How far from an ellipsoid the outline is, relative to its radius.
    package var irregularity = 0.22
    /// Share of white matter that gives way to brighter tissue at severity 1, below the cortex.
    package var subcortical = 0.8
    /// The same of the cortex itself.
    package var cortical = 0.4
    /// The same along the tail.
    package var alongTail = 0.6
    /// How much of the white matter near the cortex turns into a thick, blurred border at severity 1.
    package var border = 0.95

    package init() {}
}
