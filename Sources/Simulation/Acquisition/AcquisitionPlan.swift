internal import Foundation
internal import Imaging

/// How examinations differ from each other: what a scanner's protocol fixes, and what differs from head to head.
package struct AcquisitionPlan: Codable, Sendable, Hashable {
    /// One pair of sequences as a site runs it.
    package struct ScanProtocol: Codable, Sendable, Hashable {
        package var t1wName: String
        package var flairName: String
        /// Voxel sides along left–right, back–front, bottom–top, mm.
        package var t1wSpacingMM: SIMD3<Double>
        package var flairSpacingMM: SIMD3<Double>
        /// Grey relative to white matter in T1w, white relative to grey in FLAIR.
        package var t1wGrey: ClosedRange<Double>
        package var flairWhite: ClosedRange<Double>
        package var t1wNoise: ClosedRange<Double>
        package var flairNoise: ClosedRange<Double>
        package var shading: ClosedRange<Double>
        package var t1wBlur: ClosedRange<Double>
        package var flairBlur: ClosedRange<Double>
        package var t1wScale: ClosedRange<Double>
        package var flairScale: ClosedRange<Double>

        package init(
            t1wName: String, flairName: String, t1wSpacingMM: SIMD3<Double> = .one,
            flairSpacingMM: SIMD3<Double> = .one, t1wGrey: ClosedRange<Double> = 0.63...0.72,
            flairWhite: ClosedRange<Double> = 0.79...0.84, t1wNoise: ClosedRange<Double> = 0.015...0.035,
            flairNoise: ClosedRange<Double> = 0.015...0.032, shading: ClosedRange<Double> = 0.05...0.22,
            t1wBlur: ClosedRange<Double> = 0.4...0.9, flairBlur: ClosedRange<Double> = 0.4...1,
            t1wScale: ClosedRange<Double> = 250...900, flairScale: ClosedRange<Double> = 200...1400
        ) {
            self.t1wName = t1wName
            self.flairName = flairName
            self.t1wSpacingMM = t1wSpacingMM
            self.flairSpacingMM = flairSpacingMM
            self.t1wGrey = t1wGrey
            self.flairWhite = flairWhite
            self.t1wNoise = t1wNoise
            self.flairNoise = flairNoise
            self.shading = shading
            self.t1wBlur = t1wBlur
            self.flairBlur = flairBlur
            self.t1wScale = t1wScale
            self.flairScale = flairScale
        }
    }

    package var protocols: [ScanProtocol] = AcquisitionPlan.standardProtocols
    /// Replaces every protocol's voxel sides where it is above 0, mm.
    package var spacingMM: Double = 0
    /// What the image shows, mm along x, y, z, and where its middle is; zeros for all of a head.
    package var fieldMM: SIMD3<Double> = .zero
    package var middleMM: SIMD3<Double> = .zero
    package var stripped = false
    /// How far the head is turned about each axis at most, degrees, and moved, mm.
    package var tiltDegrees = 4.0
    package var shiftMM = 3.0
    /// The same between the two images.
    package var movedDegrees = 1.0
    package var movedMM = 1.0
    /// Strength of a ghost in one of three images, at most.
    package var ghost = 0.008
    /// True where both images lie on the same grid, as after registration.
    package var sameGrid = false

    package init() {}

    /// Three sites: fine and sharp, 1 mm and noisier, older with other contrast.
    package static let standardProtocols = [
        ScanProtocol(
            t1wName: "iso08", flairName: "T2sel", t1wSpacingMM: [0.8, 0.8, 0.8], t1wNoise: 0.02...0.04),
        ScanProtocol(
            t1wName: "sag111", flairName: "tse3dvfl", t1wGrey: 0.66...0.75, flairWhite: 0.8...0.85,
            flairNoise: 0.025...0.042, t1wBlur: 0.5...1, flairScale: 120...500),
        ScanProtocol(
            t1wName: "ir10", flairName: "cube12", flairSpacingMM: [1.2, 1, 1], t1wGrey: 0.58...0.68,
            flairWhite: 0.78...0.83, shading: 0.1...0.27, flairBlur: 0.6...1.1, t1wScale: 800...2500),
    ]

    static let headMM: SIMD3<Double> = [188, 244, 224]
    static let headMiddleMM: SIMD3<Double> = [0, 6, -22]
    static let brainMM: SIMD3<Double> = [161, 193, 161]
    static let brainMiddleMM: SIMD3<Double> = [0, 2, 0]

    /// The examination of one subject.
    ///
    /// - Parameter protocolIndex: which of `protocols`; nil draws one.
    package func pair(seed: UInt64, protocolIndex: Int? = nil) -> AcquisitionPair {
        var random = PhantomRandom(seed: seed, part: "acquisition")
        let drawn = Int(random.next() % UInt64(max(1, protocols.count)))
        let site = protocols.isEmpty ? Self.standardProtocols[0] : protocols[(protocolIndex ?? drawn) % protocols.count]
        let pose = Self.pose(&random, degrees: tiltDegrees, mm: shiftMM)
        let moved = Self.pose(&random, degrees: movedDegrees, mm: movedMM)
        var t1w = TissueContrast.t1w
        t1w.cortex = Double(random.between(site.t1wGrey))
        t1w.nuclei = t1w.cortex + (1 - t1w.cortex) * Double(random.between(0.3, 0.48))
        t1w.gliosis = t1w.cortex + 0.06
        var flair = TissueContrast.flair
        flair.white = Double(random.between(site.flairWhite))
        flair.nuclei = flair.white + (1 - flair.white) * Double(random.between(0.45, 0.75))
        for path in [\TissueContrast.fluid, \.fat, \.soft, \.bone] {
            t1w[keyPath: path] *= Double(random.between(0.8, 1.2))
            flair[keyPath: path] *= Double(random.between(0.8, 1.2))
        }
        func acquisition(
            _ grid: VoxelGrid, _ contrast: TissueContrast, _ noise: ClosedRange<Double>, _ blur: ClosedRange<Double>,
            _ scale: ClosedRange<Double>
        ) -> Acquisition {
            let share = Double(random.unit())
            let ghost = random.unit() < 0.33 ? Double(random.unit()) * self.ghost : 0
            return Acquisition(
                grid: grid, contrast: contrast, noise: Double(random.between(noise)),
                shading: Double(random.between(site.shading)), blurVoxels: Double(random.between(blur)), ghost: ghost,
                scale: exp(log(scale.lowerBound) + (log(scale.upperBound) - log(scale.lowerBound)) * share),
                seed: random.next())
        }
        let t1wGrid = grid(site.t1wSpacingMM, pose)
        let flairGrid = sameGrid ? t1wGrid : grid(site.flairSpacingMM, moved * pose)
        return AcquisitionPair(
            t1w: acquisition(t1wGrid, t1w, site.t1wNoise, site.t1wBlur, site.t1wScale),
            flair: acquisition(flairGrid, flair, site.flairNoise, site.flairBlur, site.flairScale),
            stripped: stripped, rimMM: Double(random.between(0, 1.2)), t1wName: site.t1wName,
            flairName: site.flairName)
    }

    private func grid(_ own: SIMD3<Double>, _ pose: Affine) -> VoxelGrid {
        let spacing = spacingMM > 0 ? SIMD3(repeating: spacingMM) : own
        let isGiven = fieldMM.min() > 0
        let field = isGiven ? fieldMM : stripped ? Self.brainMM : Self.headMM
        let middle = isGiven ? middleMM : stripped ? Self.brainMiddleMM : Self.headMiddleMM
        let n = (field / spacing).rounded(.up)
        let shape = SIMD3<Int>(max(8, Int(n.x)), max(8, Int(n.y)), max(8, Int(n.z)))
        let counts = SIMD3<Double>(Double(shape.x), Double(shape.y), Double(shape.z))
        let plain = Affine(spacing: spacing, origin: middle - (counts - 1) / 2 * spacing)
        return VoxelGrid(shape: shape, affineRAS: pose * plain)
    }

    private static func pose(_ random: inout PhantomRandom, degrees: Double, mm: Double) -> Affine {
        var turn = Affine.turn(
            degrees: SIMD3(
                Double(random.between(-1, 1)), Double(random.between(-1, 1)), Double(random.between(-1, 1))) * degrees)
        turn.translation =
            SIMD3(
                Double(random.between(-1, 1)), Double(random.between(-1, 1)), Double(random.between(-1, 1))) * mm
        return turn
    }
}
