import Foundation

/// The real scans, where they are: `FCDWATCH_SHARED`, or the folder `shared` beside the package.
enum SharedData {
    static let folder: URL? = {
        if let named = ProcessInfo.processInfo.environment["FCDWATCH_SHARED"] { return URL(filePath: named) }
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let beside = package.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: beside.path) ? beside : nil
    }()

    static var isHere: Bool { folder != nil }

    /// The files of a folder below `data/dicom`, sorted by name.
    static func files(_ path: String) throws -> [String] {
        guard let folder else { return [] }
        let url = folder.appending(path: "data/dicom/\(path)")
        return try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
            .map { url.appending(path: $0).path }
            .filter { $0.hasSuffix(".dcm") }
    }
}
