import Foundation

/// Files of a run: written whole or not at all, read whole.
enum RunFile {
    /// Writes a file beside its place, forces it to the disk and gives it its name.
    ///
    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`
    static func write(_ parts: [[UInt8]], to path: String) throws(TrainingError) {
        try write(to: path) { file throws(TrainingError) in
            for part in parts {
                let result = part.withUnsafeBytes { bytes in Result { () throws(TrainingError) in try file.put(bytes) }
                }
                try result.get()
            }
        }
    }

    static func write(_ text: String, to path: String) throws(TrainingError) { try write([Array(text.utf8)], to: path) }

    static func write(to path: String, _ body: (Writer) throws(TrainingError) -> Void) throws(TrainingError) {
        let partial = "\(path).partial-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unwritable(errno) }
        do throws(TrainingError) {
            defer { close(descriptor) }
            try body(Writer(descriptor: descriptor))
            guard fsync(descriptor) == 0 else { throw unwritable(errno) }
        } catch {
            unlink(partial)
            throw error
        }
        guard rename(partial, path) == 0 else {
            let code = errno
            unlink(partial)
            throw unwritable(code)
        }
    }

    /// The file's content; nil where there is none.
    ///
    /// - Throws: `TRAINING_INPUT_UNREADABLE`
    static func read(_ path: String) throws(TrainingError) -> [UInt8]? {
        guard access(path, F_OK) == 0 else { return nil }
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw TrainingError(
                .unreadable, "A file of the run cannot be read. Check the folder's rights.", cause: error)
        }
    }

    /// Makes a folder and those above it.
    ///
    /// - Throws: `TRAINING_OUTPUT_UNWRITABLE`
    static func makeFolder(_ path: String) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw TrainingError(
                .unwritable, "The run's folder cannot be made. Check the rights of the folder above it.", cause: error)
        }
    }

    /// Sorted keys: equal values give equal bytes. Numbers that are not finite are written as text.
    static func json(_ value: some Encodable) throws(TrainingError) -> [UInt8] {
        let encoder = JSONEncoder.readable
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch {
            throw TrainingError(.unwritable, "A value of the run cannot be written as JSON.", cause: error)
        }
    }

    /// - Throws: `RUN_MISMATCH` for a text that is no such value.
    static func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws(TrainingError) -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        do {
            return try decoder.decode(type, from: Data(bytes))
        } catch {
            throw TrainingError(
                .runMismatch,
                "A file of the run is damaged or of another version. Move the folder away and begin again.",
                cause: error)
        }
    }

    struct Writer {
        fileprivate let descriptor: Int32

        func put(_ bytes: UnsafeRawBufferPointer) throws(TrainingError) {
            var rest = bytes
            while let start = rest.baseAddress, !rest.isEmpty {
                let count = Foundation.write(descriptor, start, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw unwritable(errno) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    private static func unwritable(_ code: Int32) -> TrainingError {
        TrainingError(
            .unwritable,
            "A file of the run cannot be written: \(String(cString: strerror(code))). Check the folder's rights and free space."
        )
    }
}
