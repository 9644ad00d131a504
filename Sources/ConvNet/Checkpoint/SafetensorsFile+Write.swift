import Glibc

extension SafetensorsFile {
    /// How numbers may be written.
    package enum Precision: String, Sendable, Codable {
        case float32
        /// Half the bytes; rounded to the nearest, ties to even, about 3 digits.
        case float16

        var type: ElementType { self == .float16 ? .float16 : .float32 }
    }

    /// Writes tensors, ordered by name: the same content always makes the same bytes.
    ///
    /// The file appears whole or not at all: it is written beside its place, synced, renamed, and the folder synced.
    ///
    /// - Throws: `WEIGHTS_UNWRITABLE`; `NETWORK_NOT_FINITE` naming a tensor with a value that binary16 does not reach.
    package static func write(
        _ tensors: [String: Tensor], metadata: [String: String], to path: String, elementType: Precision = .float32
    ) throws(ConvNetError) {
        precondition(tensors["__metadata__"] == nil, "the name is reserved by the format")
        if elementType == .float16, let name = tensors.filter({ !$0.value.fitsHalf }).keys.min() {
            throw ConvNetError(
                .notFinite,
                "A value is beyond 65504, the largest number of half precision, or not finite; write float32.",
                subject: name)
        }
        let names = tensors.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let partial = "\(path).\(getpid())-\(UInt64.random(in: 0...UInt64.max)).partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unwritable("open", errno) }
        do throws(ConvNetError) {
            defer { close(descriptor) }
            try write(header(tensors, names, metadata, elementType.type), to: descriptor)
            for name in names {
                try tensors[name].map { tensor throws(ConvNetError) in
                    try write(tensor, elementType, to: descriptor)
                }
            }
            guard fsync(descriptor) == 0 else { throw unwritable("fsync", errno) }
        } catch {
            unlink(partial)
            throw error
        }
        guard rename(partial, path) == 0 else {
            let code = errno
            unlink(partial)
            throw unwritable("rename", code)
        }
        try sync(folder)
    }

    /// Length, JSON and the spaces that bring the tensors to a multiple of 8 bytes.
    private static func header(
        _ tensors: [String: Tensor], _ names: [String], _ metadata: [String: String], _ type: ElementType
    ) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            members.append(
                "\"__metadata__\":{" + pairs.map { quoted($0.key) + ":" + quoted($0.value) }.joined(separator: ",")
                    + "}")
        }
        var offset = 0
        for name in names {
            guard let tensor = tensors[name] else { continue }
            let end = offset + tensor.count * type.size
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                quoted(name)
                    + ":{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var json = Array(("{" + members.joined(separator: ",") + "}").utf8)
        while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) } + json
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static func write(
        _ tensor: Tensor, _ precision: Precision, to descriptor: Int32
    ) throws(ConvNetError) {
        if precision == .float16 {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(2 * tensor.count)
            for value in tensor.values {
                guard let half = ElementType.narrowed(value) else { preconditionFailure("the range was checked") }
                bytes.append(UInt8(truncatingIfNeeded: half))
                bytes.append(UInt8(truncatingIfNeeded: half >> 8))
            }
            return try write(bytes, to: descriptor)
        }
        let result = tensor.values.withUnsafeBytes { bytes in
            Result { () throws(ConvNetError) in try write(bytes, to: descriptor) }
        }
        try result.get()
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(ConvNetError) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(ConvNetError) in try write(bytes, to: descriptor) }
        }
        try result.get()
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(ConvNetError) {
        var rest = bytes
        while let start = rest.baseAddress, rest.count > 0 {
            let count = Glibc.write(descriptor, start, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw unwritable("write", errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    private static func sync(_ folder: String) throws(ConvNetError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unwritable("open folder", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unwritable("fsync folder", errno) }
    }

    private static func unwritable(_ call: String, _ code: Int32) -> ConvNetError {
        ConvNetError(
            .unwritable,
            "The weights cannot be written: \(String(cString: strerror(code))). Check the folder's rights and free space.",
            subject: call)
    }
}

extension Tensor {
    /// True where every value is finite in half precision too.
    fileprivate var fitsHalf: Bool { values.allSatisfy { ElementType.narrowed($0) != nil } }
}
