import ArgumentParser
import ConvNet
import Foundation
import Imaging
import Screening
import Watch

/// `fcdwatch models`.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List, check, import and try model bundles.",
        subcommands: [List.self, Show.self, Verify.self, Import.self, Try.self])

    /// `fcdwatch models list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the bundles in the models folder.", discussion: "Example: fcdwatch models list")

        @OptionGroup var site: SiteOptions
        @OptionGroup var format: JSONOption

        func run() throws {
            let folder = try site.configuration().paths.models
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
                .filter { $0.hasSuffix(".fcdmodel") }
            var found: [ModelIdentity] = []
            var rows = [["BUNDLE", "MODALITY", "STATUS", "MEMBERS", "SHA-256 OF model.json"]]
            for name in names {
                let bundle = try ModelBundle.load(folder + "/" + name)
                found.append(bundle.identity)
                rows.append([
                    name, bundle.manifest.modality.rawValue, bundle.manifest.status.rawValue,
                    "\(bundle.manifest.members.count)", bundle.sha256,
                ])
            }
            if format.json { try Output.json(found) } else { Output.table(rows) }
        }
    }

    /// `fcdwatch models show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a bundle's manifest.", discussion: "Example: fcdwatch models show T1.fcdmodel")

        @Argument(help: "Bundle folder.")
        var bundle: String

        func run() throws { try Output.json(try ModelBundle.load(bundle).manifest) }
    }

    /// `fcdwatch models verify`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hash every file of a bundle and compare; status 65 where one differs.",
            discussion: "Example: fcdwatch models verify T1.fcdmodel")

        @Argument(help: "Bundle folders.")
        var bundles: [String]

        func run() throws {
            for path in bundles {
                let bundle = try ModelBundle.load(path)
                Output.line("\(bundle.manifest.folderName): whole, \(bundle.manifest.members.count) members")
            }
        }
    }

    /// `fcdwatch models try`.
    struct Try: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run a bundle on one NIfTI file and write everything that lies between, for outside checks.",
            discussion: """
                Writes prepared.nii.gz, member-K_raw.nii.gz (the last stage's signed map on its own grid), overlay.nii.gz (their \
                mean on the scan's grid) and side-cars. No gate stands before it.

                Example: fcdwatch models try T1.fcdmodel --input T1w.nii.gz --output DIR --json
                """)

        @Argument(help: "Bundle folder.")
        var bundle: String
        @Option(help: "NIfTI file.")
        var input: String
        @Option(help: "Folder to write into.")
        var output: String
        @Option(help: "Threads; all processors by default.")
        var threads: Int?
        @OptionGroup var format: JSONOption

        func run() throws {
            let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
            let loaded = try ModelBundle.load(bundle, threads: threads)
            let scan = try NIfTIFile.read(input).volume
            let report = try ModelTrial.run(loaded, scan: scan, outputDirectory: output, threads: threads)
            if format.json {
                Output.line(String(decoding: try report.encoded(), as: UTF8.self))
            } else {
                for member in report.members {
                    Output.line(
                        "\(member.file): score \(String(format: "%.4f", member.score)), logits \(member.logits)")
                }
                Output.line("mean \(String(format: "%.4f", report.score.mean)), threshold \(report.score.threshold)")
            }
        }
    }
}
