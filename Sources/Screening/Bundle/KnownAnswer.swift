package import ConvNet
import Imaging

/// An input that can be made anywhere, and what every member said to it when the bundle was made.
///
/// The input is noise from a seed at the shape of the bundle's plan, so that no file is needed. A network that gives other
/// logits on this machine is not the one that was evaluated, whatever its hashes say.
package struct KnownAnswer: Codable, Sendable, Hashable {
    /// Of the `SeededGenerator` whose normal numbers are the input's voxels, in C order.
    package var seed: UInt64
    /// (control, FCD) of each member, in the manifest's order.
    package var logits: [[Double]]
    /// Largest distance of a logit from the recorded one. Kernels for other instruction sets add in another order.
    package var tolerance: Double

    package init(seed: UInt64, logits: [[Double]], tolerance: Double) {
        self.seed = seed
        self.logits = logits
        self.tolerance = tolerance
    }

    /// Tolerance as a share of the largest logit, and at least this much.
    static let relativeTolerance = 1e-3
    static let smallestTolerance = 1e-3

    /// The input: (1, 1, x, y, z), normal numbers.
    package static func input(seed: UInt64, shape: SIMD3<Int>) -> Tensor {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<(shape.x * shape.y * shape.z)).map { _ in Float(generator.normal()) }
        return Tensor(shape: [1, 1, shape.x, shape.y, shape.z], values: values)
    }
}

extension ModelBundle {
    /// Runs every member on the known input and compares.
    ///
    /// - Returns: false where the bundle knows no answer.
    /// - Throws: `MODEL_ANSWER_WRONG` naming the member; the codes of `Ensemble.score`.
    @discardableResult
    package func checkKnownAnswer(threads: Int, budget: MemoryBudget = .current) throws(ScreeningError) -> Bool {
        guard let known = manifest.knownAnswer else { return false }
        let found = try logits(seed: known.seed, threads: threads, budget: budget)
        for ((member, expected), found) in zip(zip(manifest.members, known.logits), found) {
            guard zip(expected, found).allSatisfy({ abs($0 - $1) <= known.tolerance }) else {
                throw ScreeningError(
                    .answerWrong,
                    "The member \(member.file) gives another answer to the known input than when it was made. Nothing is "
                        + "scored with this bundle; install it again, and report it if that does not help.",
                    subject: member.file)
            }
        }
        return true
    }

    /// Asks every member, as it lies on the disk, and keeps what it says in the bundle's `model.json`.
    ///
    /// - Returns: the bundle as it then is, with every check.
    package func recordingKnownAnswer(seed: UInt64, threads: Int) throws(ScreeningError) -> ModelBundle {
        let logits = try logits(seed: seed, threads: threads, budget: .current)
        let largest = logits.joined().map(abs).max() ?? 0
        var manifest = manifest
        manifest.knownAnswer = KnownAnswer(
            seed: seed, logits: logits,
            tolerance: max(KnownAnswer.smallestTolerance, KnownAnswer.relativeTolerance * largest))
        return try replacingManifest(by: manifest, threads: threads)
    }

    /// Writes another `model.json` over the same members and loads the bundle with every check.
    package func replacingManifest(by manifest: ModelManifest, threads: Int) throws(ScreeningError) -> ModelBundle {
        try manifest.check()
        let bytes = try manifest.encoded()
        do {
            try RegularFile.replace(directory + "/" + ModelManifest.fileName, bytes)
            try RegularFile.synchronise(folder: directory)
        } catch {
            throw ScreeningError(
                .modelUnwritable, "The bundle cannot be written (\(error)); check the folder's rights and free space.",
                subject: manifest.folderName, cause: error)
        }
        return try ModelBundle.load(directory, threads: threads)
    }

    private func logits(seed: UInt64, threads: Int, budget: MemoryBudget) throws(ScreeningError) -> [[Double]] {
        let shape = manifest.preprocessing.shape
        let input = KnownAnswer.input(seed: seed, shape: shape)
        let volume = Volume(grid: VoxelGrid(shape: shape, affineRAS: Affine(spacing: .one)), voxels: input.values)
        let prepared = PreparedVolume(volume: volume, foregroundMean: 0, foregroundSD: 1, cutShare: 0, quality: [])
        return try Ensemble.score(prepared, with: self, threads: threads, budget: budget).score.members.map(\.logits)
    }
}
