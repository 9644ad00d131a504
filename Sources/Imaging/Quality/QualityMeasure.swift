/// Every measurement that has a limit. The raw values are the names under which a profile may set other limits.
package enum QualityMeasure: String, Codable, Sendable, CaseIterable, Hashable, CodingKeyRepresentable {
    // The grid.
    case largestVoxelMM, voxelEdgeRatio

    // Whether it is a head: shape and make of what lies in the image.
    case headLitres, headWidthMM, headLengthMM, headHeightMM, headTopMM
    case brainLitres, brainWidthMM, brainLengthMM, brainHeightMM, brainTopMM
    case widthToLength, outlineSymmetry, intensitySymmetry, fineDetail, detailCoherence, topRoundness, sectionRoundness
    case upsideDownOverlap, imageSideMM
    /// Share of voxels of one value from which the background counts as cleared.
    case clearedBackground
    /// The fall of intensity from scalp to bone, or how dark the darkest shell is: either tells a skull.
    case skullFall, skullDarkness

    // Whether it is whole, and which way it lies.
    case borderContactCM2, heightBelowVertexMM, straightCutMM
    case widestBehindMM, brainstemBehindMM, neckBehindMM
    /// The same where the face was removed: then the nape is the lowest part, and the widest place alone tells the front.
    case facelessWidestBehindMM, facelessNeckBehindMM

    // How it is stored.
    case background, distinctLevels, saturatedShare, flatCM3, repeatedShare

    // How good it is.
    case sliceJump, sliceUnevenness, signalToNoise, ghostInAir, ghostInside, shading
    case sharpnessT1w, sharpnessFLAIR, sharpnessEvenness

    // Whether the contrast is the one it is named for.
    case fluidDarkness, whiteMatterT1w, whiteMatterFLAIR

    // Whether two scans of a study show one head in one place.
    case overlap, containment, distanceMM, sizeRatio, likeness
}
