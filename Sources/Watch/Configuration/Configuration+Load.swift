import Crypto
import Glibc
import TOMLKit

extension Configuration {
    private static let maximumBytes = 1 << 20

    /// Reads and checks a file.
    ///
    /// - Throws: `CONFIG_UNREADABLE`, or `CONFIG_INVALID` with every problem in the message, a line each. The caller
    ///   ends with exit status 78.
    package static func load(_ path: String) throws(WatchError) -> Configuration {
        let (configuration, problems) = parse(try read(path))
        guard problems.isEmpty else {
            throw WatchError(
                .configurationInvalid, problems.map(\.description).joined(separator: "\n"), subject: path)
        }
        return configuration
    }

    /// Every problem of a file, for `check-config`; empty where the service would start with it.
    ///
    /// - Throws: `CONFIG_UNREADABLE`.
    package static func problems(_ path: String) throws(WatchError) -> [ConfigurationProblem] {
        parse(try read(path)).problems
    }

    /// What the bytes of a file say, and everything that is wrong with them. Where something is, its default stands.
    package static func parse(_ bytes: [UInt8]) -> (configuration: Configuration, problems: [ConfigurationProblem]) {
        var configuration = Configuration()
        configuration.hash = Hex.encode(SHA256.hash(data: bytes))
        // A zero byte would end the text early for the parser, and settings after it would be lost in silence.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            return (configuration, [ConfigurationProblem("", "The file is not UTF-8 text. Save it as UTF-8.")])
        }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            return (configuration, [ConfigurationProblem("", "\(error.description).", line: error.source.begin.line)])
        } catch {
            return (configuration, [ConfigurationProblem("", "The file is not TOML: \(error).")])
        }
        var reader = ConfigurationReader(table: table, lines: ConfigurationLines(text))
        configuration.read(&reader)
        var problems = reader.finish()
        problems += configuration.check().map { problem in
            var problem = problem
            problem.line = reader.lines[problem.key]
            return problem
        }
        return (configuration, problems.sorted { ($0.line ?? 0, $0.key) < ($1.line ?? 0, $1.key) })
    }

    private static func read(_ path: String) throws(WatchError) -> [UInt8] {
        do throws(SystemCallError) {
            return try SmallFile.read(path, limit: maximumBytes)
        } catch {
            throw WatchError(
                .configurationUnreadable, "The configuration cannot be read. Check that it exists and is readable.",
                subject: path, cause: error)
        }
    }

    private mutating func read(_ reader: inout ConfigurationReader) {
        reader.text("paths", "inbox", &paths.inbox)
        reader.text("paths", "reports", &paths.reports)
        reader.text("paths", "state", &paths.state)
        reader.text("paths", "models", &paths.models)

        reader.flag("inbox", "keep", &inbox.keep)
        reader.number("inbox", "fileQuietSeconds", &inbox.fileQuietSeconds, 1...3600)
        reader.number("inbox", "settleSeconds", &inbox.settleSeconds, 1...86_400)
        reader.number("inbox", "maximumWaitMinutes", &inbox.maximumWaitMinutes, 1...10_080)
        reader.number("inbox", "pairWaitMinutes", &inbox.pairWaitMinutes, 0...10_080)
        reader.number("inbox", "rescanSeconds", &inbox.rescanSeconds, 1...3600)
        reader.number("inbox", "maximumFileMB", &inbox.maximumFileMB, 1...1_048_576)
        reader.number("inbox", "reserveMB", &inbox.reserveMB, 0...1_048_576)
        reader.number("inbox", "pruneEmptyFoldersAfterMinutes", &inbox.pruneEmptyFoldersAfterMinutes, 0...525_600)
        reader.number("inbox", "keepCopiesDays", &inbox.keepCopiesDays, 0...36_500)

        reader.name("screening", "profile", &screening.profile)
        reader.name("screening", "T1w", &screening.t1w)
        reader.name("screening", "FLAIR", &screening.flair)
        reader.flag("screening", "allowDemonstrationModels", &screening.allowDemonstrationModels)
        reader.number("screening", "threads", &screening.threads, 0...1024)
        reader.share("screening", "prevalence", &screening.prevalence)

        reader.number("worker", "memoryMB", &worker.memoryMB, 512...1_048_576)
        reader.number("worker", "cpuSeconds", &worker.cpuSeconds, 10...1_000_000)
        reader.number("worker", "wallSeconds", &worker.wallSeconds, 10...604_800)
        reader.number("worker", "fileMB", &worker.fileMB, 16...1_048_576)
        reader.number("worker", "inspectMemoryMB", &worker.inspectMemoryMB, 256...1_048_576)
        reader.number("worker", "inspectCPUSeconds", &worker.inspectCPUSeconds, 1...1_000_000)
        reader.number("worker", "inspectWallSeconds", &worker.inspectWallSeconds, 1...604_800)
        reader.number("worker", "attempts", &worker.attempts, 1...10)

        reader.choice("page", "identity", &page.identity)

        reader.timeOfDay("notice", "by", &notice.by)
        reader.timeOfDay("notice", "nightBegins", &notice.nightBegins)
        reader.flag("notice", "expectStudies", &notice.expectStudies)
        reader.seriesRules(&series)

        reader.text(
            "service", "logLevel", &service.logLevel, oneOf: ["trace", "debug", "info", "notice", "warning", "error"])
        reader.number("service", "stallSeconds", &service.stallSeconds, 10...86_400)
    }
}
