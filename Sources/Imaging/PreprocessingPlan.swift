/// How a scan is made into a network's input: the only preprocessing there is, in training and in service.
///
/// The scan is turned to the nearest RAS orientation, cropped or padded to `shape` at `spacingMM`, and normalised.
/// Voxels are resampled at most once, linearly, and not at all where the scan's spacing is already right to within
/// `spacingToleranceMM`: cropping then keeps every value. An oblique scan stays oblique; the affine says how it lies.
///
/// No filter comes before resampling. From 0.8 to 1 mm the linear kernel itself smooths what would alias; a scan more
/// than twice as fine as the plan is averaged over whole blocks of voxels first.
package struct PreprocessingPlan: Codable, Sendable, Hashable {
    package enum Anchor: String, Codable, Sendable {
        /// The crop hangs from the top of the head (of the brain in a stripped scan), in the middle of its vault; of a
        /// head longer than the crop, where it cuts least above the skull base.
        case head
        /// The middle of the crop is the middle of the scan.
        case centre
    }

    package enum Foreground: String, Codable, Sendable {
        /// Voxels that are not 0, the paper's reading: in a scan with air noise that is nearly all of them.
        case nonzero
        /// Skin and all that it encloses; full heads only.
        case head
        /// The brain; stripped scans only, as no brain mask of a full head is made (see `BrainMask`).
        case brain
        /// Every voxel of the prepared image, padding included.
        case whole
    }

    /// A scan whose voxel sides are this near to the plan's is not resampled.
    package static let spacingToleranceMM = 1e-3
    /// Air left between the top of the head and the top of the crop.
    package static let topMarginMM = 1.0
    /// Below the vertex, the floor of the skull slopes from the brow to the foramen magnum. Head voxels under it (face,
    /// neck) are expected to fall outside the crop; above it none should. An approximation for an upright head.
    package static let skullBaseFrontMM = 100.0
    package static let skullBaseBackMM = 150.0
    /// Skin and the outer skull: heads are up to 213 mm long and the standard crop is 193 mm, so that skin at brow and
    /// occiput falls outside. What lies deeper than this must not. (Skin to brain is 10 to 15 mm.)
    package static let skinMM = 8.0

    /// Spacings in mm and voxels along an axis that a plan may ask for.
    static let spacingsMM = 0.3...4.0
    static let sizes = 8...512

    package var spacingMM: Double
    /// Voxels along x, y and z. Odd sizes make the network's receptive fields reach both ends alike.
    package var shape: SIMD3<Int>
    package var anchor: Anchor
    package var foreground: Foreground
    /// Largest share of the head above the skull base and under the skin (or of the brain) that may be cut away, 0…1.
    package var cutLimit: Double

    package init(
        spacingMM: Double = 1, shape: SIMD3<Int> = [161, 193, 161], anchor: Anchor = .head, foreground: Foreground,
        cutLimit: Double = 0.005
    ) {
        self.spacingMM = spacingMM
        self.shape = shape
        self.anchor = anchor
        self.foreground = foreground
        self.cutLimit = cutLimit
    }

    /// The plan of shipped models: 161 × 193 × 161 voxels of 1 mm, anchored at the head.
    package static func standard(_ input: InputKind) -> PreprocessingPlan {
        PreprocessingPlan(foreground: input == .fullHead ? .head : .brain)
    }

    /// Prepares a scan of any orientation: `crop`, then `CroppedScan.normalised`.
    ///
    /// - Returns: `volume` of `shape`; background outside the foreground is exactly 0 (but for `.whole`).
    /// - Throws: `PLAN_INVALID`, `IMAGE_NOT_FINITE`, `INPUT_KIND_MISMATCH`, `FOREGROUND_EMPTY`. A crop that
    ///   cuts off too much is no error but a failed quality number.
    package func prepare(_ scan: Volume, input: InputKind) throws(ImagingError) -> PreparedVolume {
        try crop(scan, input: input).normalised()
    }

    /// Turns a scan of any orientation to RAS and crops or pads it to `shape`; intensities stay what they are.
    ///
    /// - Throws: as `prepare`; `FOREGROUND_EMPTY` only where no head or brain is found.
    package func crop(_ scan: Volume, input: InputKind) throws(ImagingError) -> CroppedScan {
        try validate()
        try checkForeground(input)
        guard scan.isComputable else {
            throw ImagingError(.notFinite, "Some voxels are not finite numbers. Replace them and send the image again.")
        }
        var source = scan.canonicalRAS()
        if source.grid.spacingMM.max() * 2 <= spacingMM + Self.spacingToleranceMM {
            source = source.reduced(toVoxelMM: spacingMM).volume
        }
        let padding = input == .stripped ? BrainMask.background(source).value : 0
        let head = input == .fullHead ? HeadMask(source) : nil
        let subject = head?.refined(source) ?? BrainMask.make(source, background: padding)
        guard let box = HeadBox(subject, spacingMM: source.grid.spacingMM) else {
            throw ImagingError(
                .emptyForeground, "No head or brain was found. Check that the image is not empty.")
        }
        let crop = Crop(plan: self, source: source.grid, box: box, subject: subject)
        let cropped = crop.apply(source, .linear, outside: padding)
        let mask: BinaryMask? =
            switch foreground {
            case .whole: nil
            case .nonzero: BinaryMask(cropped) { $0 != 0 }
            case .head, .brain: crop.apply(subject)
            }
        let cut =
            head.map {
                crop.cutShare($0.underTheSkin(Self.skinMM), factor: $0.factor, box, aboveSkullBaseOnly: true)
            } ?? crop.cutShare(subject, factor: .one, box, aboveSkullBaseOnly: false)
        return CroppedScan(
            volume: cropped, foreground: mask, background: padding, cutShare: cut,
            quality: quality(scan, cropped, mask, cut, input))
    }

    private func quality(
        _ scan: Volume, _ cropped: Volume, _ mask: BinaryMask?, _ cut: Double, _ input: InputKind
    ) -> [QualityNumber] {
        func round(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }
        let spacing = scan.grid.spacingMM
        let litres = Double(mask?.count ?? cropped.voxels.count) * spacingMM * spacingMM * spacingMM / 1e6
        return [
            QualityNumber(
                name: input == .fullHead ? "head above the skull base and under the skin cut off" : "brain cut off",
                value: round(cut * 100), unit: "%", limit: "at most \(round(cutLimit * 100))",
                judgement: cut <= cutLimit ? .pass : .fail),
            QualityNumber(
                name: "smallest voxel side", value: round(spacing.min()), unit: "mm", judgement: .information),
            QualityNumber(
                name: "normalised over", value: round(litres), unit: "L", judgement: .information),
        ]
    }

    /// Refuses values out of range.
    ///
    /// - Throws: `PLAN_INVALID`; the subject is the field at fault.
    package func validate() throws(ImagingError) {
        func require(_ fine: Bool, _ field: String, _ range: String) throws(ImagingError) {
            guard fine else { throw ImagingError(.badPlan, "\(range). Repair or replace the model.", subject: field) }
        }
        try require(
            Self.spacingsMM.contains(spacingMM), "spacingMM",
            "A plan's spacing is \(Self.spacingsMM.lowerBound) to \(Self.spacingsMM.upperBound) mm")
        try require(
            shape.min() >= Self.sizes.lowerBound && shape.max() <= Self.sizes.upperBound, "shape",
            "A plan has \(Self.sizes.lowerBound) to \(Self.sizes.upperBound) voxels along each axis")
        try require((0...1).contains(cutLimit), "cutLimit", "A plan's cut limit is a share from 0 to 1")
    }

    private func checkForeground(_ input: InputKind) throws(ImagingError) {
        switch (foreground, input) {
        case (.head, .stripped):
            throw ImagingError(
                .inputKindMismatch,
                "The scan is skull-stripped, the model was made for whole heads. Send the scan as it was acquired.")
        case (.brain, .fullHead):
            throw ImagingError(
                .inputKindMismatch,
                "The scan shows a whole head, the model was made for skull-stripped scans. Use a model for whole heads."
            )
        default: break
        }
    }
}
