import ConvNet
import DICOM
import Foundation
import Imaging
import Screening

/// The worker: one job from standard input, one result to standard output, and then it is gone.
package enum WorkerMain {
    /// Binds itself to its limits, reads the job, does it and answers.
    ///
    /// - Returns: the exit status; 0 where a result was written, also for a job that could not be done.
    package static func run() -> Int32 {
        do {
            try WorkerSandbox.enter(try WorkerSandbox.limitsFromEnvironment())
            var channel = try WorkerChannel.open()
            let bytes = try channel.readJob()
            guard let job = decode(bytes) else {
                let reply = WorkerReply<InspectAnswer>.failure(
                    Reason(code: WatchError.Code.badJob.rawValue, message: WatchError.Code.badJob.sentence))
                try channel.result(encode(reply))
                return 0
            }
            try channel.result(perform(job, channel))
            return 0
        } catch {
            // The daemon keeps the end of standard error for its own eyes; codes only, no text from a file.
            FileHandle.standardError.write(Data("worker: \((error as? WatchError)?.code.rawValue ?? "UNKNOWN")\n".utf8))
            return 70
        }
    }

    private static func decode(_ bytes: [UInt8]) -> WorkerJob? {
        do {
            return try JSONDecoder().decode(WorkerJob.self, from: Data(bytes))
        } catch {
            return nil
        }
    }

    private static func perform(_ job: WorkerJob, _ channel: borrowing WorkerChannel) throws -> [UInt8] {
        switch job {
        case .inspect(let job):
            return try encode(reply { try job.run() })
        case .convert(let job):
            return try encode(reply { try job.run() })
        case .selftest(let job):
            return try encode(reply { try job.run() })
        case .screen(let job):
            let send = channel.progressSender
            let lost = Lost()
            let pipeline = Pipeline(job: job) { step in
                do { try send(Array("\"\(step)\"".utf8)) } catch { lost.error = error }
            }
            let answer = try encode(reply { try pipeline.run() })
            // A daemon that hears no progress is gone, and so is the reader of the answer.
            if let error = lost.error { throw error }
            return answer
        }
    }

    /// The last fault of the conversation.
    private final class Lost {
        var error: (any Error)?
    }

    private static func reply<Answer>(_ work: () throws -> Answer) -> WorkerReply<Answer> {
        do {
            return .answer(try work())
        } catch let error as ScreeningError where error.isModelFault {
            return .modelFault(error.reason)
        } catch let error as any Refusal {
            return .failure(error.reason)
        } catch {
            return .failure(
                Reason(
                    code: "WORKER_FAILED",
                    message: "The job failed (\(type(of: error))). Retry; report it if it recurs."))
        }
    }

    private static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Array(try encoder.encode(value))
    }
}

extension ScreeningError {
    /// True where a bundle is not what its manifest says, whatever is to be screened.
    var isModelFault: Bool {
        switch code {
        case .modelUnreadable, .manifestInvalid, .memberMissing, .memberUnlisted, .membersNotDistinct, .hashMismatch,
            .weightsInvalid, .modelChanged, .profileInvalid, .answerWrong:
            true
        default: false
        }
    }
}
