import ArgumentParser
import Foundation
import Imaging
import Screening
import Watch

/// `fcdwatch screen`.
struct ScreenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "screen", abstract: "Screen one study without the service.",
        discussion: """
            Takes the files or folders of one study (DICOM, or NIfTI with T1w or FLAIR in the name) and writes a page, \
            NIfTI overlays and result.json into a new folder. Models come from --t1w and --flair, or from the \
            configuration, whose [[series]] rules then count too.

            Example: fcdwatch screen STUDY --output REPORT --t1w T1.fcdmodel --flair FLAIR.fcdmodel \
            --allow-demonstration-models
            """)

    @Argument(help: "Files or folders of one study.")
    var paths: [String]
    @Option(help: "New folder for the report.")
    var output: String
    @Option(name: .customLong("t1w"), help: "Bundle for T1w.")
    var t1w: String?
    @Option(help: "Bundle for FLAIR.")
    var flair: String?
    @Flag(help: "Use models that are not of status research; the page then shows no verdict.")
    var allowDemonstrationModels = false
    @Flag(help: "Leave the patient's identity off the page.")
    var noIdentity = false
    @Option(help: "Threads; all processors by default.")
    var threads: Int?
    @OptionGroup var site: SiteOptions
    @OptionGroup var format: JSONOption

    func run() async throws {
        let settings = try settings()
        let files = try FileList.collect(paths)
        let job = ScreenJob(
            caseID: "single-" + String(Standalone.name(of: files)), pseudonym: Standalone.name(of: files), files: files,
            workFolder: "", settings: settings)
        let folder = URL(fileURLWithPath: output).standardizedFileURL.path
        let answer = try await Standalone().screen(job, output: folder) { Output.progress($0) }
        if format.json {
            try Output.json(answer)
        } else {
            print(answer, in: folder)
        }
    }

    /// The models named on the command line, else those of the configuration; nothing else of it counts here.
    private func settings() throws -> ScreenSettings {
        func absolute(_ path: String?) -> String? { path.map { URL(fileURLWithPath: $0).standardizedFileURL.path } }
        var settings: ScreenSettings
        if t1w != nil || flair != nil {
            settings = ScreenSettings(
                profileName: "command-line", bundles: BundleFolders(t1w: absolute(t1w), flair: absolute(flair)),
                threads: 0, softwareVersion: SoftwareVersion.current)
        } else {
            settings = try ScreenSettings(site.configuration(), softwareVersion: SoftwareVersion.current)
            settings.profileOperatingPoint = nil
            settings.prevalence = nil
        }
        settings.allowDemonstrationModels = allowDemonstrationModels || settings.allowDemonstrationModels
        settings.identity = noIdentity ? .none : .local
        settings.threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        return settings
    }

    private func print(_ answer: ScreenAnswer, in folder: String) {
        for score in answer.scores {
            let numbers = [score.mean, score.minimum, score.maximum, score.threshold].map { String(format: "%.3f", $0) }
            Output.line(
                "\(score.modality.rawValue): model score \(numbers[0]) (\(score.members) members, \(numbers[1])–\(numbers[2])), "
                    + "threshold \(numbers[3])")
        }
        switch answer.verdict {
        case .flagged: Output.line("FLAGGED FOR REVIEW")
        case .indeterminate: Output.line("INDETERMINATE: members disagree")
        case .belowThreshold: Output.line("BELOW THRESHOLD, which does not exclude FCD")
        case .noClinicalMeaning: Output.line("NO CLINICAL MEANING: the models are not of status research")
        case .notAssessable: Output.line("NOT ASSESSABLE")
        }
        if let reason = answer.reason { Output.line("\(reason.code): \(reason.message)") }
        Output.line("Page: \(folder)/\(Publication.pageName)")
    }
}
