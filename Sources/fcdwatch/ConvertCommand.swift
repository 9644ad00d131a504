import ArgumentParser
import Foundation
import Watch

/// `fcdwatch convert`.
struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Convert one DICOM series to NIfTI.",
        discussion: """
            Values are stored values times rescale slope plus intercept, as float32; the affine is the scanner's, in RAS mm.

            Example: fcdwatch convert SERIES --output series.nii.gz
            """)

    @Argument(help: "Folder or files of the series.")
    var paths: [String]
    @Option(help: "File to write, .nii or .nii.gz.")
    var output: String
    @Option(help: "Series number or Series Instance UID, where the folder holds several.")
    var series: String?
    @OptionGroup var format: JSONOption

    func run() async throws {
        let job = ConvertJob(
            files: try FileList.collect(paths), output: URL(fileURLWithPath: output).standardizedFileURL.path,
            series: series, threads: ProcessInfo.processInfo.activeProcessorCount)
        let answer = try await Standalone().convert(job)
        if format.json {
            try Output.json(answer)
        } else {
            let shape = answer.shape.map(String.init).joined(separator: "×")
            let spacing = answer.spacingMM.map { String(format: "%.3f", $0) }.joined(separator: "×")
            Output.line("\(shape) voxels of \(spacing) mm")
        }
    }
}
