extension QualityLimits {
    /// The limits that hold where a profile names no others.
    ///
    /// "Real" below is the range over the scans of the statement, "broken" what made-up damage to three of them gave.
    /// Few scans, so the limits keep away from the real ones: a good scan that is refused is a nuisance that a person
    /// sees, a bad one that is scored is a false score.
    package static let standard = QualityLimits(
        statement: """
            Set on the T1w scans of seven heads and the FLAIR scans of two: 3D T1w of three whole heads (Siemens 1 mm \
            and 2 mm, one of unknown maker), the single-subject template Colin 27 (whole and stripped), T1w and 3D FLAIR \
            of two stripped brains of patients with multiple sclerosis, the averages ICBM 152 (stripped) and of pydeface \
            (whole), and the 2D T1w and FLAIR of one more patient for contrast alone. Unusable scans: 45 kinds of \
            damage made to four of them (noise, ghosts, blur, thick slices, clipping, wrong contrast, wrong orientation), \
            a water bottle, masks, atlases and a macaque. No child, no tumour, no implant and no contrast agent was \
            among them.
            """,
        limits: [
            // 3D sequences 1 mm, the coarsest that a head was seen in 2 mm.
            .largestVoxelMM: QualityLimit(most: 2.1),
            .voxelEdgeRatio: QualityLimit(most: 2),

            // Heads 3.4 (cropped at the neck)…4.6; brains 1.07…1.9. The lower ends leave room for small children.
            .headLitres: QualityLimit(1.5...9),
            .brainLitres: QualityLimit(0.6...2.3),
            // Heads 156…158, brains 128…146; bottle 152.
            .headWidthMM: QualityLimit(105...210),
            .brainWidthMM: QualityLimit(85...180),
            // Heads 198…212, brains 152…182; bottle 158.
            .headLengthMM: QualityLimit(120...260),
            .brainLengthMM: QualityLimit(100...215),
            // Heads 144…252, brains 120…156.
            .headHeightMM: QualityLimit(90...400),
            .brainHeightMM: QualityLimit(75...190),
            // How steeply the top falls off: heads 24…30, stretched by 1.6 38…42; brains 14…28.
            .headTopMM: QualityLimit(8...36),
            .brainTopMM: QualityLimit(6...38),
            // 0.74…0.86; turned by 90° 1.2 and more.
            .widthToLength: QualityLimit(0.58...1.02),
            // 0.955…0.99; bottle 0.96.
            .outlineSymmetry: QualityLimit(0.85...1),
            // 0.83…0.98, phantoms tilted by 9° 0.50; noise 0.
            .intensitySymmetry: QualityLimit(0.3...1),
            // 0.09 (average of 152 brains) … 0.31; bottle 0.006, binary mask 0.018.
            .fineDetail: QualityLimit(0.065...1.5),
            // 0.33…0.72; noise 0.
            .detailCoherence: QualityLimit(0.2...1),
            // 0.27…0.64; bottle 0.995.
            .topRoundness: QualityLimit(0.05...0.8),
            // 0.75…0.80; box 1.
            .sectionRoundness: QualityLimit(0.62...0.9),
            .upsideDownOverlap: QualityLimit(most: 0.93),
            .imageSideMM: QualityLimit(least: 75),
            // Raw scans 0.06 and less, cleared 0.42…0.85.
            .clearedBackground: QualityLimit(least: 0.3),
            // Heads 1.8…2.6, stripped 1.01 and less.
            .skullFall: QualityLimit(least: 1.12),
            // Heads with dim scalp 0.42; stripped 0.86 and more in patients, 0.68 in the phantom.
            .skullDarkness: QualityLimit(most: 0.6),

            // Whole heads 0, a slab through a head 95.
            .borderContactCM2: QualityLimit(most: 10),
            // To below the cerebellum of an adult.
            .heightBelowVertexMM: QualityLimit(least: 130),
            // Whole brains 30…38, whole heads with a neck in air 22; cut straight 0.
            .straightCutMM: QualityLimit(least: 5),
            // Real 7…19 in heads and brains; front and back exchanged -10…-19; upside down or on the face -12 and less.
            .widestBehindMM: QualityLimit(least: -4),
            // Brains 28…37; the wrong way round or upside down 6 and less.
            .brainstemBehindMM: QualityLimit(least: 12),
            // Heads -9…19; on the occiput 29…38.
            .neckBehindMM: QualityLimit(-40...27),
            .facelessWidestBehindMM: QualityLimit(0...22),
            .facelessNeckBehindMM: QualityLimit(-40...70),

            // MR stores magnitudes; CT's air is at -1000. Registered and filtered scans reach a little below 0.
            .background: QualityLimit(least: -300),
            // 101 and more; 4 bits 16, atlases 81 and less.
            .distinctLevels: QualityLimit(least: 40),
            // 0; clipped at the brain's median 0.7.
            .saturatedShare: QualityLimit(most: 0.02),
            // Real 0.05 and less; a block of 27 cm³ 4.9…22.
            .flatCM3: QualityLimit(most: 2),
            // 0.15 and less; slices written five times 0.8.
            .repeatedShare: QualityLimit(most: 0.45),
            // 0.09 and less; one black slice 1.0.
            .sliceJump: QualityLimit(most: 0.3),
            // 0.017 and less; every second slice 7 % darker 0.07.
            .sliceUnevenness: QualityLimit(most: 0.035),
            // 14…67 (averages more); noise of 10 % of white matter 8, of 20 % 4.6.
            .signalToNoise: QualityLimit(least: 6),
            // 0.013 and less, a ghost of 3 % 0.028; of 25 % 0.13, jerks of 4 voxels 0.045.
            .ghostInAir: QualityLimit(most: 0.035),
            // 0.07 and less, ICBM 152 0.19; a ghost of 25 % 0.47.
            .ghostInside: QualityLimit(most: 0.3),
            .shading: QualityLimit(most: 2.7),
            // Real 0.10…0.31, the average of pydeface 0.083; blurred over 4 mm 0.045…0.055.
            .sharpnessT1w: QualityLimit(least: 0.06),
            // Real 0.47…0.62; blurred over 3 mm 0.12, over 4 mm 0.07.
            .sharpnessFLAIR: QualityLimit(least: 0.09),
            // 0.44…0.95; slices of 5 mm interpolated 0.08…0.30.
            .sharpnessEvenness: QualityLimit(least: 0.35),

            // -0.13…-0.37; T2-like and inverted 0.2…0.33, clouds -0.01, noise 0.
            .fluidDarkness: QualityLimit(most: -0.05),
            // T1w 0.93…1.16, FLAIR 0.39…0.68; T2-like and inverted -0.3 and less.
            .whiteMatterT1w: QualityLimit(least: 0.75),
            .whiteMatterFLAIR: QualityLimit(0.05...0.83),

            // Two scans of one session 0.94 and more before any registration; 40 mm apart 0.6.
            .overlap: QualityLimit(least: 0.75),
            // A stripped brain in its own head.
            .containment: QualityLimit(least: 0.85),
            // A head that turned or slid between two sequences.
            .distanceMM: QualityLimit(most: 30),
            // One head through two sequences 1.03 and less.
            .sizeRatio: QualityLimit(most: 1.15),
            .likeness: QualityLimit(least: 0.025),
        ])
}
