import ArgumentParser
import ConvNet
import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Training
import Watch

/// Exit statuses as in sysexits.h, one rule for all commands.
enum ExitStatus: Int32 {
    /// Of `status`, and of `rescreen` for a named case: something needs a person.
    case attention = 1
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case inputOutput = 74
    case temporary = 75
    case permission = 77
    case configuration = 78

    /// Parses and runs; every error ends in one line on standard error and its status.
    static func run(_ root: any AsyncParsableCommand.Type, arguments: [String]) async {
        do {
            var command = try root.parseAsRoot(arguments)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            guard let status = status(of: error) else { root.exit(withError: error) }
            FileHandle.standardError.write(Data("fcdwatch: \(error)\n".utf8))
            exit(status.rawValue)
        }
    }

    /// The status of an error of ours; nil for one of the argument parser's.
    static func status(of error: any Error) -> ExitStatus? {
        switch error {
        case let error as LedgerError: status(of: error.code)
        case let error as WatchError: status(of: error.code)
        case let error as TrainingError: status(of: error.code)
        case let error as ScreeningError where error.code == .profileInvalid: .configuration
        case let error as ConvNetError where error.code == .notEnoughMemory: .temporary
        case let error as ScreeningError where error.code == .notEnoughMemory: .temporary
        case is SystemCallError: .inputOutput
        case is DICOMError, is ImagingError, is ConvNetError, is ScreeningError, is WorkerFailure: .data
        case is RaceFailure: .unavailable
        case is DecodingError, is EncodingError: .software
        case is CocoaError: .inputOutput
        default: nil
        }
    }

    private static func status(of code: LedgerError.Code) -> ExitStatus {
        switch code {
        case .locked, .diskFull, .readOnlyFileSystem, .needsRecovery: .temporary
        case .noFile, .notFound: .noInput
        case .permission: .permission
        case .inputOutput: .inputOutput
        case .keyMissing, .keyUnsafe, .keyInvalid, .keyMismatch: .configuration
        case .keyExists, .fileExists: .cannotCreate
        case .corrupt, .newerSchema, .olderSchema, .schemaChanged, .notALedger: .data
        default: .software
        }
    }

    private static func status(of code: WatchError.Code) -> ExitStatus {
        switch code {
        case .alreadyRunning, .noSpace, .readOnlyStorage, .workerUnavailable: .temporary
        case .configurationInvalid, .configurationUnreadable, .inboxNotEmpty: .configuration
        case .inboxUnreadable, .notFound: .noInput
        case .stateUnwritable, .unwritable: .cannotCreate
        case .ioFailed: .inputOutput
        case .sandboxFailed, .screeningStopped: .unavailable
        default: .data
        }
    }

    private static func status(of code: TrainingError.Code) -> ExitStatus {
        switch code {
        case .settingsInvalid: .configuration
        case .unreadable: .noInput
        case .unwritable, .runMismatch: .cannotCreate
        case .dataSetInvalid, .tooFewSubjects, .checkpointUnfit, .diverged: .data
        }
    }
}
