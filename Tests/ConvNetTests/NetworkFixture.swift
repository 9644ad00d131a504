import ConvNet
import Foundation
import Testing

/// A small network with what PyTorch, in float64, made of its input.
///
/// Those of `Tests/Fixtures/net` are always there; the rest of the family lies beside the checkout.
struct NetworkFixture: Sendable, CustomTestStringConvertible {
    let name: String
    let architecture: Architecture
    let state: [String: Tensor]
    /// Every tensor of the file, by its full name.
    let recorded: [String: Tensor]

    var testDescription: String { name }

    /// (n, 1, d, h, w)
    var input: Tensor { get throws { try #require(recorded["in.x"]) } }

    func expected(_ name: String) throws -> Tensor { try #require(recorded["out." + name]) }

    /// Architectures by the name of the file.
    static let family: [String: Architecture] = [
        "r18_a": Architecture(width: 4, shortcut: .a), "r18_b": Architecture(width: 6),
        "r18_b_odd": Architecture(width: 3), "r34_b": Architecture(depth: 34, width: 4),
        "r50_b": Architecture(depth: 50, width: 4), "r18_medicalnet": .medicalNet(width: 4, shortcut: .a),
    ]

    /// Names of the networks whose files are here.
    static var available: [String] {
        family.keys.sorted().filter { Fixtures.network("net/\($0).safetensors") != nil }
    }

    static func all() throws -> [NetworkFixture] { try available.map(load) }

    static func load(_ name: String) throws -> NetworkFixture {
        let path = try #require(Fixtures.network("net/\(name).safetensors"))
        let recorded = try SafetensorsFile.read(path)
        var state: [String: Tensor] = [:]
        for (key, tensor) in recorded {
            for role in ["param.", "buffer."] where key.hasPrefix(role) {
                state[String(key.dropFirst(role.count))] = tensor
            }
        }
        return NetworkFixture(
            name: name, architecture: try #require(family[name]), state: state, recorded: recorded)
    }
}

extension Fixtures {
    /// Where a recorded network or map lies: in the package, or beside it; nil where it is in neither.
    static func network(_ name: String) -> String? {
        let places = [path(name)] + (shared.map { [$0.appending(path: "oracle/fixtures/" + name).path] } ?? [])
        return places.first { FileManager.default.fileExists(atPath: $0) }
    }
}
