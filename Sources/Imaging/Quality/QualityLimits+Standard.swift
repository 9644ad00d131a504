extension QualityLimits {
    /// The limits that hold where a profile names no others.
    ///
    /// "Real" below is the range over the scans of the statement, "broken" what made-up damage to three of them gave.
    /// Few scans, so the limits keep away from the real ones: a good scan that is refused is a nuisance that a person
    /// sees, a bad one that is scored is a false score.
    package static let standard = QualityLimits(
        statement: """
            Set on eleven 3D scans and two 2D ones. Whole heads, T1w: Siemens Prisma at 1 mm, Siemens XA30 at 2 mm, \
            the sample of brainchop (most likely the volunteer of the Prisma scan), the template Colin 27 (many scans of \
            one man) and the average of pydeface. Stripped brains: T1w and 3D FLAIR of two patients with multiple \
            sclerosis, Colin 27 again and the average ICBM 152. 2D T1w and FLAIR of a third patient, for contrast and for \
            the comparison of two scans alone. Unusable scans: made-up damage to four of the scans (noise, ghosts, blur, \
            thick slices, clipping, wrong contrast, wrong orientation), a water bottle, masks, atlases and made-up fruit. \
            No child, no tumour, no implant and no contrast agent was among them.
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
            // 0.10…0.31, the averages of pydeface and ICBM 152 0.079 and 0.089; gamma of 0.1 0.058, bottle 0.006.
            .fineDetail: QualityLimit(0.065...1.5),
            // 0.33…0.72; noise 0.
            .detailCoherence: QualityLimit(0.2...1),
            // 0.27…0.64; bottle 0.995.
            .topRoundness: QualityLimit(0.05...0.8),
            // 0.75…0.80; box 1.
            .sectionRoundness: QualityLimit(0.62...0.9),
            // A base differs from a vault. Real 0.71…0.87, phantoms 0.58…0.83; pomelo, onion and cabbage 0.977…0.987.
            .upsideDownOverlap: QualityLimit(most: 0.93),
            // Shorter than the height of any brain: a few slices.
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
            // Five heads, the face cut off in five ways: 10…19, and the lowest part 10…61 behind. The one turned head that
            // nothing else told (brainchop on its face): 25.
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
            // Brains 1.01…1.07, whole heads 1.13…1.46; strong shading that leaves a usable image 2.2; a coil on one side, 25
            // times brighter there than opposite, 2.96 and 3.17.
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

            // The three real pairs 0.94…0.99; T1w and FLAIR of two patients in one space 0.89 and 0.90, 40 mm apart 0.6.
            .overlap: QualityLimit(least: 0.75),
            // Phantom brains in their own heads 1.0, Colin 27's 1.0; no other real pair was at hand.
            .containment: QualityLimit(least: 0.85),
            // The real pairs 0…2.2; room for a head that slid between two sequences.
            .distanceMM: QualityLimit(most: 30),
            // The real pairs 1.04 and less.
            .sizeRatio: QualityLimit(most: 1.15),
            // One patient's T1w and FLAIR 0.065 and 0.080, 2D at 5 mm 0.047, with noise of 10 % or blur over 3 mm in both
            // 0.062; eight pairs of two people 0.010 and less, two T1w of two people 0.018.
            .likeness: QualityLimit(least: 0.02),
        ])
}
