import ConvNet
import Foundation
import Testing

@Suite struct SafetensorsFileTests {
    private let sample: [String: Tensor] = [
        "b": Tensor(shape: [2, 3], values: [1, -2, 3.5, .infinity, 0x1p-140, -0.0]),
        "a \"quoted\" \\ ü\n": Tensor(shape: [], values: [7]),
        "empty": Tensor(shape: [0, 4]),
    ]

    @Test func writtenTensorsAreReadBack() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "x.safetensors").path
            try SafetensorsFile.write(sample, metadata: ["fold": "2", "who": "é \"x\""], to: path)
            let back = try SafetensorsFile.read(path)
            #expect(back == sample)
            #expect(back["b"]?.values.map(\.bitPattern) == sample["b"]?.values.map(\.bitPattern))
            #expect(try SafetensorsFile.readMetadata(path) == ["fold": "2", "who": "é \"x\""])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.safetensors"])
        }
    }

    @Test func sameContentMakesTheSameBytes() throws {
        try withTemporaryFolder { folder in
            let paths = ["1", "2"].map { folder.appending(path: $0).path }
            let state = ResNet3D.randomState(Architecture(width: 1), seed: 9)
            try SafetensorsFile.write(state, metadata: ["a": "1", "b": "2"], to: paths[0])
            try SafetensorsFile.write(state, metadata: ["b": "2", "a": "1"], to: paths[1])
            #expect(FileManager.default.contents(atPath: paths[0]) == FileManager.default.contents(atPath: paths[1]))
        }
    }

    @Test func existingFileIsReplacedWhole() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "x").path
            try SafetensorsFile.write(sample, metadata: [:], to: path)
            try SafetensorsFile.write(["c": Tensor(shape: [1])], metadata: [:], to: path)
            #expect(try SafetensorsFile.read(path) == ["c": Tensor(shape: [1])])
        }
    }

    @Test func missingFolderIsUnwritable() {
        let error = #expect(throws: ConvNetError.self) {
            try SafetensorsFile.write(sample, metadata: [:], to: Fixtures.path("none/x"))
        }
        #expect(error?.code == .unwritable)
    }

    /// Reads a file made of a header and so many bytes of zeros.
    private func read(_ header: String, data: Int = 0, length: UInt64? = nil) throws -> [String: Tensor] {
        var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) }
        bytes += Array(header.utf8) + [UInt8](repeating: 0, count: data)
        var result: [String: Tensor] = [:]
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "x.safetensors")
            try Data(bytes).write(to: file)
            result = try SafetensorsFile.read(file.path)
        }
        return result
    }

    @Test func spacesAndFieldOrderDoNotMatter() throws {
        let header =
            #" { "w" : { "data_offsets" : [ 0 , 8 ] , "shape":[2], "dtype" : "F32" } , "\u00e4\ud83d\ude00":"#
            + #"{"dtype":"I16","shape":[1,1],"data_offsets":[8,10]}}   "#
        #expect(try read(header, data: 10) == ["w": Tensor(shape: [2]), "ä😀": Tensor(shape: [1, 1])])
    }

    @Test(arguments: [
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, ConvNetError.Code.malformed),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 4, .truncated),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 12, .malformed),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, .malformed),
        (#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, .malformed),
        (#"{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#, 8, .malformed),
        (#"{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}}"#, 8, .malformed),
        (#"{"w":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, 8, .unsupported),
        (#"{"w":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}"#, 0, .malformed),
        (#"{"w":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,0]}}"#, 0, .malformed),
        (
            #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            8, .malformed
        ),
        (
            #"{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            4, .malformed
        ),
        (#"{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, .malformed),
        (#"{"w":{"dtype":"F32","shape":[1]}}"#, 4, .malformed),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#, 4, .malformed),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, 4, .malformed),
        (#"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}}"#, 4, .malformed),
        (#"{"w\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, .malformed),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, .malformed),
        (#"{"__metadata__":{"a":1}}"#, 0, .malformed),
        (#"[]"#, 0, .malformed),
        ("  ", 0, .malformed),
    ])
    func badHeaderIsRefused(header: String, data: Int, code: ConvNetError.Code) throws {
        let error = #expect(throws: ConvNetError.self, "\(header)") { try read(header, data: data) }
        #expect(error?.code == code, "\(header)")
    }

    @Test func headerLengthIsChecked() throws {
        for (length, code) in [
            (UInt64.max, ConvNetError.Code.notRecognised), (100_000_001, .notRecognised), (3, .truncated),
            (0, .notRecognised),
        ] {
            let error = #expect(throws: ConvNetError.self) { try read("{}", length: length) }
            #expect(error?.code == code, "\(length)")
        }
    }

    @Test func halfPrecisionIsWidenedExactly() {
        let wrong = (UInt16.min...UInt16.max).filter { bits in
            let sign: Double = bits & 0x8000 == 0 ? 1 : -1
            let (exponent, fraction) = (Int(bits >> 10) & 31, Double(bits & 0x3FF))
            let value = ElementType.widened(half: bits)
            switch exponent {
            case 31: return fraction == 0 ? value != Float(sign) * .infinity : !value.isNaN
            case 0: return Double(value) != sign * fraction * 0x1p-24 || value.sign != (sign < 0 ? .minus : .plus)
            default:
                let power = Double(sign: .plus, exponent: exponent - 15, significand: 1)
                return Double(value) != sign * (1 + fraction / 1024) * power
            }
        }
        #expect(wrong.isEmpty)
    }

    /// The standard library's own half precision is the other opinion.
    @Test func halfPrecisionIsRoundedToTheNearestEven() {
        var generator = SeededGenerator(seed: 4)
        var values: [Float] = [0, -0.0, 65504, 65519.996, -65519.996, 0x1p-14, 0x1p-24, 0x1p-25, 0x1.8p-25, 1e-30]
        for bits in UInt16(0)..<0x7BFF {
            let (low, high) = (ElementType.widened(half: bits), ElementType.widened(half: bits + 1))
            values += [low, (low + high) / 2, ((low + high) / 2).nextUp, -((low + high) / 2).nextDown]
        }
        for _ in 0..<20_000 { values.append(Float(generator.normal() * 1e3)) }
        let wrong = values.filter { ElementType.narrowed($0) != Float16($0).bitPattern }
        #expect(wrong.isEmpty, "\(wrong.prefix(5))")
        for value in [65520, -1e6, .infinity, -.infinity, .nan] as [Float] {
            #expect(ElementType.narrowed(value) == nil)
        }
    }

    @Test func halfPrecisionIsWrittenAndReadBack() throws {
        let tensors = [
            "a": Tensor(shape: [3], values: [1, 1 + 0x1p-11, -0x1.8p-25]), "b": Tensor(shape: [], values: [0.1]),
            "c": Tensor(shape: [2, 0]),
        ]
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "x").path
            try SafetensorsFile.write(tensors, metadata: ["format": "pt"], to: path, elementType: .float16)
            let back = try SafetensorsFile.read(path)
            #expect(back["a"]?.values == [1, 1, -0x1p-24])
            #expect(back["b"]?.values == [Float(Float16(0.1))])
            #expect(back["c"]?.shape == [2, 0])
            let views = try SafetensorsFile.map(path)
            #expect(views.mapValues(\.tensor) == back)
            #expect(views.values.allSatisfy { !$0.isMapped })
            let error = #expect(throws: ConvNetError.self) {
                try SafetensorsFile.write(
                    ["big": Tensor(shape: [2], values: [1, 7e4])], metadata: [:], to: path, elementType: .float16)
            }
            #expect(error?.code == .notFinite && error?.subject == "big")
            #expect(try SafetensorsFile.read(path) == back)
        }
    }
}
