import Foundation
import Imaging

/// Reads the small recorded `.safetensors` files under Tests/Fixtures; made by the PyTorch and SciPy reference.
struct SafetensorsFixture {
    struct Tensor {
        var shape: [Int]
        var values: [Double]
    }

    let tensors: [String: Tensor]

    /// - Parameter name: path below Tests/Fixtures.
    init(_ name: String) throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(name)
        let data = [UInt8](try Data(contentsOf: url))
        let length = data[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONSerialization.jsonObject(with: Data(data[8..<(8 + length)])) as? [String: Any] ?? [:]
        var found: [String: Tensor] = [:]
        for (key, value) in header where key != "__metadata__" {
            guard let entry = value as? [String: Any], let shape = entry["shape"] as? [Int],
                let range = entry["data_offsets"] as? [Int], let type = entry["dtype"] as? String
            else { continue }
            let bytes = Array(data[(8 + length + range[0])..<(8 + length + range[1])])
            found[key] = Tensor(shape: shape, values: Self.numbers(bytes, type))
        }
        tensors = found
    }

    private static func numbers(_ bytes: [UInt8], _ type: String) -> [Double] {
        let width = type == "F64" ? 8 : 4
        return stride(from: 0, to: bytes.count, by: width).map { at in
            let word = bytes[at..<(at + width)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return width == 8 ? Double(bitPattern: word) : Double(Float(bitPattern: UInt32(word)))
        }
    }

    subscript(name: String) -> Tensor { tensors[name] ?? Tensor(shape: [], values: []) }

    func volume(_ name: String, affine: Affine = .identity) -> Volume {
        let t = self[name]
        return Volume(
            grid: VoxelGrid(shape: [t.shape[0], t.shape[1], t.shape[2]], affineRAS: affine),
            voxels: t.values.map { Float($0) })
    }
}

/// The largest difference of two lists; infinite where their lengths differ.
func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs(Double($0) - $1) }.max() ?? 0 : .infinity
}
