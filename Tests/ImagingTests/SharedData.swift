import Foundation
import Imaging

/// Real scans beside the package; suites that need them are skipped where they are absent.
enum SharedData {
    static let folder: String? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appendingPathComponent("shared").path
        let candidates = [ProcessInfo.processInfo.environment["FCDWATCH_SHARED"], beside].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/data/nifti") }
    }()

    static var isPresent: Bool { folder != nil }

    /// The first NIfTI file of a folder below `data` whose name holds `part`.
    static func scan(_ inside: String, _ part: String = "") throws -> Volume {
        let path = (folder ?? "") + "/data/" + inside
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        let found = names.first {
            ($0.hasSuffix(".nii") || $0.hasSuffix(".nii.gz")) && (part.isEmpty || $0.contains(part))
        }
        return try NIfTIFile.read(path + (found ?? "absent")).volume
    }
}
