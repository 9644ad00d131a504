import ConvNet

extension ModelBundle {
    static func manifestBytes(in directory: String) throws(ScreeningError) -> [UInt8] {
        do {
            return try RegularFile.read(
                directory + "/" + ModelManifest.fileName, limit: ModelManifest.byteLimit)
        } catch {
            throw ScreeningError(
                .modelUnreadable,
                "model.json cannot be read (\(error)); a bundle is a folder with model.json and its members.",
                subject: ModelManifest.fileName, cause: error)
        }
    }

    /// Every member is there, and no weight file besides.
    func checkFileList() throws(ScreeningError) {
        let present = try ModelIntegrity.fingerprint(of: directory).files.map(\.name)
        let listed = manifest.members.map(\.file)
        if let missing = listed.first(where: { !present.contains($0) }) { throw Self.missing(missing) }
        if let extra = present.first(where: { $0.hasSuffix(".safetensors") && !listed.contains($0) }) {
            throw ScreeningError(
                .memberUnlisted, "\(extra) is not listed in model.json. Remove it or install the bundle again.",
                subject: extra)
        }
    }

    func checkUnchanged() throws(ScreeningError) {
        guard try isUnchanged() else {
            throw ScreeningError(
                .modelChanged, "A file of the bundle changed while it was being checked; try again.",
                subject: manifest.name)
        }
    }

    func checkHash(of member: ModelManifest.Member) throws(ScreeningError) {
        let found: String
        do {
            found = try RegularFile.sha256(path(of: member))
        } catch {
            throw stamp(of: member) == nil
                ? Self.missing(member.file) : Self.unreadable(member.file, error)
        }
        guard found == member.sha256 else { throw Self.hashMismatch(member.file) }
    }

    /// A member's parameters after checking names and shapes, and the hash unless the file is the one that was hashed when
    /// the bundle was loaded: in the file, as long as any of them lives.
    func weights(of member: ModelManifest.Member) throws(ScreeningError) -> [String: WeightView] {
        let before = stamp(of: member)
        if before == nil || !fingerprint.files.contains(where: { $0 == before }) { try checkHash(of: member) }
        let state: [String: WeightView]
        do {
            state = try SafetensorsFile.map(path(of: member))
        } catch {
            throw ScreeningError(
                .weightsInvalid, "\(member.file) is no readable safetensors file: \(error)", subject: member.file,
                cause: error)
        }
        guard stamp(of: member) == before else { throw Self.changed(member.file) }
        try Self.check(state.mapValues(\.shape), against: manifest.architecture, named: member.file)
        return state
    }

    func stamp(of member: ModelManifest.Member) -> FileStamp? {
        FileStamp(path: path(of: member), name: member.file)
    }

    private func path(of member: ModelManifest.Member) -> String { directory + "/" + member.file }

    /// Names and shapes of a state.
    static func check(
        _ shapes: [String: [Int]], against architecture: Architecture, named name: String
    ) throws(ScreeningError) {
        let report = StateDictReport.compare(shapes: shapes, to: architecture)
        guard report.fits else {
            throw ScreeningError(
                .weightsInvalid, "\(name) does not fit \(architecture.title): \(report.summary)", subject: name)
        }
    }

    /// The network that a state makes; refuses weights that are not finite and variances under 0, naming the tensor.
    static func network(
        _ architecture: Architecture, _ state: [String: Tensor], named name: String,
        refusedAs code: ScreeningError.Code = .weightsInvalid
    ) throws(ScreeningError) -> ResNet3D {
        try network(architecture, mapped: state.mapValues { WeightView($0) }, named: name, refusedAs: code)
    }

    /// As `network(_:_:named:refusedAs:)`, with weights that stay where they are.
    static func network(
        _ architecture: Architecture, mapped state: [String: WeightView], named name: String,
        refusedAs code: ScreeningError.Code = .weightsInvalid
    ) throws(ScreeningError) -> ResNet3D {
        do {
            return try ResNet3D(architecture, weights: state)
        } catch {
            throw ScreeningError(code, "\(name) does not make a network: \(error)", subject: name, cause: error)
        }
    }

    static func changed(_ file: String) -> ScreeningError {
        ScreeningError(.modelChanged, "\(file) changed while it was being read; try again.", subject: file)
    }

    private static func missing(_ file: String) -> ScreeningError {
        ScreeningError(
            .memberMissing, "The member \(file) is missing. Install the bundle again.", subject: file)
    }

    private static func unreadable(_ file: String, _ cause: any Error) -> ScreeningError {
        ScreeningError(.modelUnreadable, "The member \(file) cannot be read: \(cause)", subject: file, cause: cause)
    }

    static func hashMismatch(_ file: String) -> ScreeningError {
        ScreeningError(
            .hashMismatch,
            "\(file) is not the file that was installed: its SHA-256 differs. Nothing is scored with this bundle; "
                + "install it again.",
            subject: file)
    }
}

extension StateDictReport {
    /// More keys of one kind than this are counted and not named.
    static let listLimit = 200

    /// The keys at fault, by kind.
    var summary: String {
        func list(_ kind: String, _ keys: [String]) -> String? {
            if keys.isEmpty { return nil }
            let shown = keys.sorted().prefix(Self.listLimit).map(Self.printable).joined(separator: ", ")
            let rest = keys.count - Self.listLimit
            return "\(keys.count) \(kind) (\(shown)\(rest > 0 ? ", and \(rest) more" : ""))"
        }
        let parts = [list("missing", missing), list("not expected", unexpected), list("of another shape", mismatched)]
        return parts.compactMap { $0 }.joined(separator: "; ")
    }

    /// A key that came from a file, made safe to print: ASCII without control characters, at most 96 of them.
    private static func printable(_ key: String) -> String {
        String(
            String.UnicodeScalarView(key.unicodeScalars.prefix(96).map { (0x20..<0x7F).contains($0.value) ? $0 : "?" }))
    }
}
