import Crypto
package import DICOM
import Foundation
package import Imaging
import Screening

/// The worker's jobs for the command line, without the service: same child process, same limits, same answers.
package struct Standalone: Sendable {
    package var inspectLimits: WorkerLimits
    package var screenLimits: WorkerLimits
    package var worker: WorkerProcess

    package init(worker: WorkerProcess = WorkerProcess()) {
        let defaults = Configuration.Worker()
        inspectLimits = defaults.inspectLimits
        screenLimits = defaults.screenLimits
        self.worker = worker
    }

    /// Reads every header under the paths.
    ///
    /// - Parameter rules: the administrator's, about certain series.
    package func inspect(_ files: [JobFile], rules: [SeriesRule] = []) async throws -> InspectReport {
        // Hashing pixels decodes them all: that is the screening job's kind of work, and gets its time.
        let answer: InspectAnswer = try await run(
            .inspect(InspectJob(files: files, question: .report, seriesRules: rules)), limits: screenLimits)
        guard let report = answer.report else { throw WatchError(.badJob, WatchError.Code.badJob.sentence) }
        return report
    }

    package func convert(_ job: ConvertJob) async throws -> ConvertAnswer {
        try await run(.convert(job), limits: screenLimits)
    }

    /// Screens one study into `output`, which must not exist yet or be empty.
    package func screen(
        _ job: ScreenJob, output: String, progress: @escaping @Sendable (String) -> Void
    ) async throws -> ScreenAnswer {
        guard try SpoolFolder.names(in: output).isEmpty else {
            throw WatchError(.unwritable, "The output folder is not empty. Name a new one.")
        }
        var job = job
        job.workFolder = output + ".work"
        guard try SpoolFolder.names(in: job.workFolder).isEmpty else {
            throw WatchError(
                .unwritable, "The folder beside the output that ends in .work is not empty. Remove it first.")
        }
        try SpoolFolder.makeEmpty(job.workFolder)
        let answer: ScreenAnswer
        do {
            answer = try await run(.screen(job), limits: screenLimits) { progress(Self.plain($0)) }
            let made = job.workFolder + "/" + ScreenJob.publishFolder
            try Publication.check(answer.outputs, in: made)
            try SpoolFolder.removeTree(output)
            try Publication.move(made, to: output)
        } catch {
            try SpoolFolder.removeTree(job.workFolder)
            throw error
        }
        try SpoolFolder.removeTree(job.workFolder)
        return answer
    }

    /// A progress payload is a JSON string of plain letters.
    static func plain(_ payload: [UInt8]) -> String {
        String(decoding: payload, as: UTF8.self).trimmingCharacters(in: Foundation.CharacterSet(charactersIn: "\""))
    }

    private func run<Answer: Codable & Sendable>(
        _ job: WorkerJob, limits: WorkerLimits, onProgress: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) async throws -> Answer {
        let run = await worker.run(
            job: Array(try JSONEncoder().encode(job)), limits: limits, onProgress: onProgress)
        guard case .result(let bytes) = run.outcome else {
            throw WorkerFailure(reason: Reason(code: run.outcome.code ?? "WORKER_FAILED", message: run.outcome.message))
        }
        switch try JSONDecoder().decode(WorkerReply<Answer>.self, from: Data(bytes)) {
        case .answer(let answer): return answer
        case .failure(let reason), .modelFault(let reason): throw WorkerFailure(reason: reason)
        }
    }
}

/// A job that came back without an answer.
package struct WorkerFailure: Error, Sendable, CustomStringConvertible {
    package var reason: Reason

    package var description: String { "\(reason.code): \(reason.message)" }
}

extension Standalone {
    /// Stands for the patient where there is no site key: the first digits of a hash over the files' hashes.
    package static func name(of files: [JobFile]) -> String {
        let joined = files.map(\.sha256).sorted().joined()
        return String(Hex.encode(SHA256.hash(data: Array(joined.utf8))).prefix(DaemonSettings.caseNameDigits))
    }
}
