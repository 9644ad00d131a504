import ConvNet
import Foundation
import Testing

/// Recorded inputs and expected values; `Tests/Fixtures/README.md` says where they come from.
enum Fixtures {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")

    static func path(_ name: String) -> String { root.appending(path: name).path }

    static func tensors(_ name: String) throws -> [String: Tensor] { try SafetensorsFile.read(path(name)) }

    static func names(in folder: String, suffix: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).filter { $0.hasSuffix(suffix) }.sorted()
    }

    /// Material that is not part of the package, where it lies beside it; nil elsewhere.
    static let shared: URL? = {
        let package = root.deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["FCDWATCH_SHARED"].map { URL(filePath: $0) }
        let folder = named ?? package.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()
}

/// A folder that exists for one test.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { _ = Result { try FileManager.default.removeItem(at: folder) } }
    try body(folder)
}

/// Every value within `tolerance` × max(1, largest expected magnitude): the form in which the fixtures state theirs.
func expectClose(
    _ actual: Tensor, _ expected: Tensor, _ tolerance: Float, _ label: String = "",
    at location: SourceLocation = #_sourceLocation
) {
    #expect(actual.shape == expected.shape, "\(label)", sourceLocation: location)
    guard actual.shape == expected.shape else { return }
    let scale = max(1, expected.values.map(abs).max() ?? 0)
    // NaN, once met, stays and fails.
    let error = zip(actual.values, expected.values).reduce(Float(0)) { most, pair in
        let distance = abs(pair.0 - pair.1)
        return distance > most || distance.isNaN ? distance : most
    }
    #expect(error <= tolerance * scale, "\(label)", sourceLocation: location)
}
