package import ConvNet
import Glibc
package import Imaging

extension ModelBundle {
    /// Writes a bundle into a folder that does not exist yet, and loads it with every check.
    ///
    /// - Parameters:
    ///   - manifest: its members' file names and hashes are set here; their folds are kept, and counted from 0 where
    ///     there are none.
    ///   - states: one per member, all different.
    ///   - directory: the bundle's own folder, usually named `manifest.folderName`. It appears whole or not at all.
    ///   - elementType: how the weights are stored. What is scored is what was stored: measure it after writing.
    package static func write(
        manifest: ModelManifest, states: [[String: Tensor]], to directory: String,
        elementType: SafetensorsFile.Precision = .float32
    ) throws(ScreeningError) -> ModelBundle {
        var target = directory
        while target.count > 1, target.hasSuffix("/") { target.removeLast() }
        guard access(target, F_OK) != 0 else {
            throw ScreeningError(
                .modelUnwritable, "There is something at the bundle's place already; name another or remove it.",
                subject: manifest.folderName)
        }
        try manifest.checkAllButMembers()
        for (k, state) in states.enumerated() {
            try check(state.mapValues(\.shape), against: manifest.architecture, named: memberFile(k))
            _ = try network(manifest.architecture, state, named: memberFile(k))
        }
        let staging = "\(target).partial-\(getpid())"
        guard mkdir(staging, 0o755) == 0 else { throw unwritable(manifest, RegularFile.Failure(errorNumber: errno)) }
        var place = staging
        do throws(ScreeningError) {
            try fill(staging, manifest: manifest, states: states, elementType)
            guard rename(staging, target) == 0 else {
                throw unwritable(manifest, RegularFile.Failure(errorNumber: errno))
            }
            place = target
            try synchroniseParent(of: target, manifest)
            return try load(target)
        } catch {
            RegularFile.discard(folder: place)
            throw error
        }
    }

    /// Makes a bundle of random weights, which shows that the machinery works and nothing else.
    package static func untrained(
        modality: Modality, width: Int, members: Int, seed: UInt64, input: InputKind, to directory: String
    ) throws(ScreeningError) -> ModelBundle {
        let architecture = Architecture(width: width)
        let manifest = ModelManifest(
            name: "untrained-\(modality.rawValue.lowercased())", version: "1", modality: modality, status: .untrained,
            input: input, architecture: architecture, preprocessing: .standard(input),
            members: (0..<members).map { ModelManifest.Member(file: memberFile($0), sha256: "", fold: $0) },
            threshold: 0.5,
            training: ModelManifest.Training(
                method: "None: random weights.", data: "None.", subjects: 0, seed: seed),
            limits: ["Random weights: scores and maps say nothing about the patient."])
        let states = (0..<members).map { ResNet3D.randomState(architecture, seed: seed &+ UInt64($0)) }
        return try write(manifest: manifest, states: states, to: directory)
    }

    /// Name of the k-th member's file; k counts from 0, names from 1.
    static func memberFile(_ k: Int) -> String { "member-\(k + 1).safetensors" }

    /// Writes and forces to the disk every file of a bundle.
    private static func fill(
        _ folder: String, manifest: ModelManifest, states: [[String: Tensor]], _ elementType: SafetensorsFile.Precision
    ) throws(ScreeningError) {
        var finished = manifest
        finished.members = []
        for (k, state) in states.enumerated() {
            let path = folder + "/" + memberFile(k)
            let fold = manifest.members.indices.contains(k) ? manifest.members[k].fold : k
            do {
                try SafetensorsFile.write(
                    state, metadata: ["format": "pt"], to: path, elementType: elementType)
                finished.members.append(
                    ModelManifest.Member(file: memberFile(k), sha256: try RegularFile.sha256(path), fold: fold))
            } catch {
                throw unwritable(manifest, error)
            }
        }
        try finished.check()
        let bytes = try finished.encoded()
        do {
            try RegularFile.create(folder + "/" + ModelManifest.fileName, bytes)
            try RegularFile.synchronise(folder: folder)
        } catch {
            throw unwritable(manifest, error)
        }
    }

    private static func synchroniseParent(of target: String, _ manifest: ModelManifest) throws(ScreeningError) {
        let parent = target.lastIndex(of: "/").map { String(target[..<$0]) } ?? "."
        do {
            try RegularFile.synchronise(folder: parent.isEmpty ? "/" : parent)
        } catch {
            throw unwritable(manifest, error)
        }
    }

    private static func unwritable(_ manifest: ModelManifest, _ cause: any Error) -> ScreeningError {
        ScreeningError(
            .modelUnwritable, "The bundle cannot be written (\(cause)); check the folder's rights and free space.",
            subject: manifest.folderName, cause: cause)
    }
}
