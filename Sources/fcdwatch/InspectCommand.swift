import ArgumentParser
import DICOM
import Imaging
import Screening
import Watch

/// `fcdwatch inspect`.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what is in files or folders, what would be used, and why the rest would not.",
        discussion: "Example: fcdwatch inspect STUDY --json")

    @Argument(help: "Files or folders.")
    var paths: [String]
    @OptionGroup var format: JSONOption

    func run() async throws {
        let files = try FileList.collect(paths)
        let report = try await Standalone().inspect(files)
        guard !format.json else { return try Output.json(report) }
        var rows = [["NO", "IMAGES", "SIZE", "CHOSEN", "WHY"]]
        for series in report.studies.flatMap(\.series) {
            rows.append([
                series.number.map(String.init) ?? "-", "\(series.frames)",
                series.geometry.map { $0.shape.map(String.init).joined(separator: "×") } ?? "-",
                series.chosenFor?.rawValue ?? "-",
                series.reason.map { "\($0.code): \($0.message)" } ?? series.contrastWhy,
            ])
        }
        for image in report.images {
            let shape = image.header.grid.shape
            rows.append([
                "NIfTI", "1", "\(shape.x)×\(shape.y)×\(shape.z)", image.chosenFor?.rawValue ?? "-",
                image.reason.map { "\($0.code): \($0.message)" } ?? "by its name",
            ])
        }
        Output.table(rows)
        for refused in report.refused {
            Output.line("\(files[refused.file].name): \(refused.reason.code): \(refused.reason.message)")
        }
    }
}
