import ConvNet
import Foundation
import Testing

/// Recorded inputs and expected values; `Tests/Fixtures/README.md` says where they come from.
enum RecordedFiles {
    static let root = Checkout.fixtures

    static func path(_ name: String) -> String { root.appending(path: name).path }
    static func tensors(_ name: String) throws -> [String: Tensor] { try SafetensorsFile.read(path(name)) }
    static func decode<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(contentsOf: root.appending(path: name)))
    }
}

/// A folder that exists for one test.
func withRunFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { _ = Result { try FileManager.default.removeItem(at: folder) } }
    try body(folder.path)
}
