import Crypto
import Foundation
import Imaging

/// Makes one scan of a data set into a sample, in memory or in a file.
struct SamplePreparer: Sendable {
    /// As the service says it of a scan whose crop cuts too much away.
    private static let outsideCrop = Reason(
        code: "HEAD_OUTSIDE_CROP", message: "The crop would cut off too much of the head; see preparation.cutLimit.")

    /// Why a scan is left out.
    struct Refused: Error {
        var code: String
        var message: String
    }

    private let plan: PreprocessingPlan
    private let input: InputKind
    /// Where files go; nil where samples stay in memory.
    private let folder: String?

    /// - Parameter count: how many scans there are in all; it decides between memory and files.
    /// - Throws: `SETTINGS_INVALID`, `TRAINING_OUTPUT_UNWRITABLE`
    init(
        _ settings: TrainingProtocol, count: Int, folder: String?, memoryLimitBytes: Int
    ) throws(TrainingError) {
        plan = settings.plan
        input = settings.preparation.input
        do throws(ImagingError) { try plan.validate() } catch {
            throw TrainingError(.settingsInvalid, error.message, subject: error.subject, cause: error)
        }
        let sampleBytes = plan.shape.x * plan.shape.y * plan.shape.z * (MemoryLayout<Float>.size + 1)
        guard count * sampleBytes > memoryLimitBytes else {
            self.folder = nil
            return
        }
        guard let folder else {
            throw TrainingError(.unwritable, "The prepared scans do not fit into memory; name a folder for them.")
        }
        try RunFile.makeFolder(folder)
        self.folder = folder
    }

    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`; a scan that cannot be prepared is a failure in the result.
    func prepare(
        _ image: String, _ read: (String) throws(ImagingError) -> Volume
    ) throws(TrainingError) -> Result<(place: SampleStore.Place, digest: String), Refused> {
        let file = folder.map { SampleFile(path: $0 + "/" + name(image)) }
        if let file, let digest = try file.readDigest() { return .success((.file(file), digest)) }
        let cropped: CroppedScan
        do throws(ImagingError) {
            cropped = try plan.crop(try read(image), input: input)
            // What cannot be normalised as it lies is left out now and not in the middle of a training.
            _ = try ZScore.statistics(cropped.volume, mask: cropped.foreground?.values)
        } catch {
            return .failure(Refused(code: error.code.rawValue, message: error.message))
        }
        if cropped.quality.contains(where: { $0.judgement == .fail }) {
            return .failure(Refused(code: Self.outsideCrop.code, message: Self.outsideCrop.message))
        }
        let digest = SampleStore.digest(cropped)
        guard let file else { return .success((.memory(cropped), digest)) }
        try file.write(cropped, digest: digest)
        return .success((.file(file), digest))
    }

    /// A name that changes with the scan's file, the plan and the kind of input.
    private func name(_ image: String) -> String {
        var facts = stat()
        let known = stat(image, &facts) == 0
        let stamp = known ? "\(facts.st_size) \(facts.st_mtim.tv_sec) \(facts.st_mtim.tv_nsec)" : "unknown"
        let text =
            "\(image)\n\(stamp)\n\(plan.spacingMM) \(plan.shape) \(plan.anchor.rawValue) \(plan.foreground.rawValue) "
            + "\(plan.cutLimit) \(input.rawValue)"
        return hexadecimal(SHA256.hash(data: Data(text.utf8)).prefix(16)) + ".sample"
    }
}
