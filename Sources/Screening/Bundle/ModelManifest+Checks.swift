import ConvNet
import Imaging

extension ModelManifest {
    /// The manifest's file inside a bundle.
    package static let fileName = "model.json"
    /// More than any manifest needs; a larger file is not read.
    static let byteLimit = 1 << 20
    /// More members than any ensemble has.
    static let memberLimit = 64

    /// Reads `model.json`.
    ///
    /// Throws `MODEL_MANIFEST_INVALID` naming the first field that is missing, unknown, repeated or without sense.
    package static func decode(_ bytes: [UInt8]) throws(ScreeningError) -> ModelManifest {
        let manifest: ModelManifest
        do {
            manifest = try StrictJSON.decode(ModelManifest.self, from: bytes)
        } catch {
            throw invalid(error.field, error.message)
        }
        try manifest.check()
        return manifest
    }

    /// The bytes of `model.json`: sorted keys, so that equal manifests have equal hashes.
    package func encoded() throws(ScreeningError) -> [UInt8] {
        do {
            return try StrictJSON.encode(self)
        } catch {
            throw Self.invalid(error.field, error.message)
        }
    }

    /// Refuses values without sense, naming the field.
    package func check() throws(ScreeningError) {
        try checkAllButMembers()
        try checkMembers()
    }

    /// As `check()`, for a bundle whose members are still to be written.
    func checkAllButMembers() throws(ScreeningError) {
        try checkHeader()
        try checkPlan()
        try checkNumbers()
    }

    private func checkHeader() throws(ScreeningError) {
        guard schema == Self.schemaVersion else {
            throw Self.invalid("schema", "this program reads layout \(Self.schemaVersion)")
        }
        guard Self.isPlainName(name), name == name.lowercased() else {
            throw Self.invalid("name", "only lower-case letters, digits, dot, underscore and hyphen, at most 64")
        }
        guard Self.isPlainName(version) else {
            throw Self.invalid("version", "only letters, digits, dot, underscore and hyphen, at most 64")
        }
        do {
            try architecture.validate()
        } catch {
            throw Self.invalid("architecture" + (error.subject.map { ".\($0)" } ?? ""), error.message)
        }
        guard architecture.classes == 2 else {
            throw Self.invalid("architecture.classes", "a screening network answers control or FCD: 2 classes")
        }
    }

    /// The plan's own limits, and that it fits the input.
    private func checkPlan() throws(ScreeningError) {
        do {
            try preprocessing.validate()
        } catch {
            throw Self.invalid("preprocessing" + (error.subject.map { ".\($0)" } ?? ""), error.message)
        }
        let fits: Bool =
            switch (preprocessing.foreground, input) {
            case (.head, .stripped), (.brain, .fullHead): false
            default: true
            }
        guard fits else {
            throw Self.invalid("preprocessing.foreground", "a full head has no brain mask, a stripped one no head")
        }
    }

    private func checkMembers() throws(ScreeningError) {
        guard (1...Self.memberLimit).contains(members.count) else {
            throw Self.invalid("members", "an ensemble has 1 to \(Self.memberLimit) members")
        }
        for (k, member) in members.enumerated() {
            guard Self.isMemberFile(member.file) else {
                throw Self.invalid("members[\(k)].file", "a plain file name ending in .safetensors, without a folder")
            }
            guard member.sha256.utf8.count == 64, member.sha256.utf8.allSatisfy(Self.isLowerHex) else {
                throw Self.invalid("members[\(k)].sha256", "64 hexadecimal digits in lower case")
            }
            guard (member.fold ?? 0) >= 0 else { throw Self.invalid("members[\(k)].fold", "folds count from 0") }
        }
        if let knownAnswer {
            guard knownAnswer.logits.count == members.count,
                knownAnswer.logits.allSatisfy({ $0.count == architecture.classes && $0.allSatisfy(\.isFinite) })
            else { throw Self.invalid("knownAnswer.logits", "one finite number per class for each member") }
            guard knownAnswer.tolerance.isFinite, knownAnswer.tolerance > 0 else {
                throw Self.invalid("knownAnswer.tolerance", "a number over 0")
            }
        }
        guard Set(members.map(\.file)).count == members.count, Set(members.map(\.sha256)).count == members.count else {
            throw ScreeningError(
                .membersNotDistinct,
                "Two members of the ensemble are the same file; its spread would be false. Rebuild the bundle.",
                subject: name)
        }
    }

    private func checkNumbers() throws(ScreeningError) {
        guard calibration.temperature.isFinite, calibration.temperature > 0 else {
            throw Self.invalid("calibration.temperature", "a number over 0")
        }
        guard threshold > 0, threshold < 1 else { throw Self.invalid("threshold", "a number between 0 and 1") }
        if let operatingPoint { try operatingPoint.check { Self.invalid("operatingPoint.\($0)", $1) } }
        guard status != .research || operatingPoint != nil else {
            throw Self.invalid(
                "operatingPoint", "a bundle of status research names the operating point it was tested at")
        }
        guard training.subjects >= 0 else { throw Self.invalid("training.subjects", "a count, 0 or more") }
        guard !training.method.isEmpty else { throw Self.invalid("training.method", "a sentence") }
        guard !training.data.isEmpty else { throw Self.invalid("training.data", "a sentence") }
        guard !limits.isEmpty, limits.allSatisfy({ !$0.isEmpty }) else {
            throw Self.invalid("limits", "at least one sentence; the page prints them")
        }
    }

    /// - Parameter message: with or without its full stop.
    static func invalid(_ field: String?, _ message: String) -> ScreeningError {
        let place = field.map { "the field \"\($0)\"" } ?? "the file"
        let message = message.hasSuffix(".") ? String(message.dropLast()) : message
        return ScreeningError(
            .manifestInvalid, "model.json: \(place) is refused: \(message). Correct it or install the bundle again.",
            subject: field)
    }

    /// Letters, digits, `.`, `_`, `-`; starts with a letter or digit; at most 64 bytes.
    static func isPlainName(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first else { return false }
        func isAlphanumeric(_ c: UInt8) -> Bool {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(c) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(c)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(c)
        }
        return isAlphanumeric(first) && text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    static func isMemberFile(_ text: String) -> Bool {
        isPlainName(text) && text.hasSuffix(".safetensors")
    }

    private static func isLowerHex(_ c: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(c) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(c)
    }
}

extension OperatingPoint {
    /// Refuses values without sense through `fault(field, message)`.
    func check(_ fault: (String, String) -> ScreeningError) throws(ScreeningError) {
        guard (0...1).contains(sensitivity) else { throw fault("sensitivity", "a number from 0 to 1") }
        guard (0...1).contains(specificity) else { throw fault("specificity", "a number from 0 to 1") }
        guard subjects > 0 else { throw fault("subjects", "the number of subjects it was measured on") }
        guard !data.isEmpty else { throw fault("data", "the data it was measured on") }
    }
}
