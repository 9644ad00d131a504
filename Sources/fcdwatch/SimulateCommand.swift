import ArgumentParser
import Foundation
import Training

/// `fcdwatch simulate`.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Write a cohort of made-up heads with and without dysplasias, as BIDS.",
        discussion: """
            The plan is a TOML file over the defaults, which etc/cohort.toml explains; --set changes one key. Nobody in \
            the cohort is real. The same plan gives the same files. The same call continues what was interrupted.

            With --implant, lesions go into real scans instead: one T1w and one FLAIR of the same person and in the same \
            space each time. Each lesion makes a patient and a control, the same scan without it; `patients` says how \
            many, in turns over the scans.

            Examples:
              fcdwatch simulate --output cohort
              fcdwatch simulate --plan my.toml --set patients=120 --set paired=true --output cohort
              fcdwatch simulate --set sites.confounded=true --output confounded
              fcdwatch simulate --implant T1w.nii.gz FLAIR.nii.gz --set patients=4 --output implanted
            """)

    @Option(help: "TOML file of the plan; without one, the defaults.")
    var plan: String?
    @Option(name: .customLong("set"), help: "A key of the plan and its value, such as patients=120. May be repeated.")
    var settings: [String] = []
    @Option(help: "Folder of the data set: new, empty, or begun by the same plan.")
    var output: String?
    @Flag(help: "Print the whole plan as TOML, and make nothing.")
    var showPlan = false
    @Option(help: "How many subjects are made at once; 0: as many as the machine has processors.")
    var threads = 0
    @Option(parsing: .upToNextOption, help: "Real scans: T1w FLAIR, again and again.")
    var implant: [String] = []
    @OptionGroup var format: JSONOption

    func validate() throws {
        guard showPlan || output != nil else { throw ValidationError("Name a folder with --output.") }
        guard threads >= 0 else { throw ValidationError("--threads is 0 or more.") }
        guard implant.count % 2 == 0 else { throw ValidationError("--implant takes T1w and FLAIR in turns.") }
    }

    func run() async throws {
        let cohort = try SettingsFile.load(CohortPlan(), path: plan, overrides: settings)
        guard let output, !showPlan else {
            try cohort.validate()
            return Output.text(try SettingsFile.toml(cohort))
        }
        let threads = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
        let scans = stride(from: 0, to: implant.count, by: 2).map {
            RealScan(t1w: implant[$0], flair: implant[$0 + 1])
        }
        let outcome =
            try scans.isEmpty
            ? CohortWriter(cohort, folder: output, beside: plan, threads: threads).run(report: Output.progress)
            : ImplantWriter(cohort, scans: scans, folder: output, threads: threads).run(report: Output.progress)
        if format.json {
            try Output.json(outcome)
        } else {
            Output.line(outcome.summary)
        }
    }
}
