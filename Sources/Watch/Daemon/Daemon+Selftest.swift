import Foundation
import Imaging
import Logging
import Screening

/// Whether the models still answer on this machine as they did when they were made.
extension Daemon {
    /// Lets a worker ask every bundle that knows an answer, once per start and bundle, before the first case is screened.
    ///
    /// - Returns: false while nothing may be screened.
    func checkAnswers() async throws -> Bool {
        let due = checkedModels.values.filter {
            $0.manifest.knownAnswer != nil && !answeredModels.contains($0.sha256)
        }
        guard !due.isEmpty else { return true }
        let job = SelftestJob(bundles: due.map(\.directory).sorted(), threads: settings.screening.threads)
        notifier.status("asking the models for their known answers")
        let run = await worker.run(
            job: Array(try JSONEncoder().encode(WorkerJob.selftest(job))), limits: settings.screenLimits)
        switch run.outcome {
        case .result(let bytes):
            switch try JSONDecoder().decode(WorkerReply<SelftestAnswer>.self, from: Data(bytes)) {
            case .answer(let answer):
                answeredModels.formUnion(answer.bundles.map(\.sha256))
                log.notice(
                    "The models give their known answers.", metadata: ["bundles": "\(answer.bundles.count)"])
                return true
            case .modelFault(let fault):
                wrongModels.formUnion(due.map(\.sha256))
                stopScreening(because: fault)
                return false
            case .failure(let reason):
                throw WatchError(.workerUnavailable, reason.message)
            }
        case .cancelled: return false
        case let outcome where outcome.isMachineFault:
            throw WatchError(.workerUnavailable, outcome.message)
        case let outcome:
            wrongModels.formUnion(due.map(\.sha256))
            stopScreening(because: Reason(code: outcome.code ?? "WORKER_FAILED", message: outcome.message))
            return false
        }
    }

    /// A bundle that gave a wrong answer does so until it is another one, or the service starts anew.
    func refuseWrongAnswers() throws(ScreeningError) {
        guard let bundle = checkedModels.values.first(where: { wrongModels.contains($0.sha256) }) else { return }
        throw ScreeningError(
            .answerWrong,
            "A model gave another answer to its known input than when it was made. Install it again, then restart the "
                + "service.",
            subject: bundle.manifest.name)
    }
}
