import ConvNet
import Imaging

/// A folder with `model.json` and one `.safetensors` file per member, checked.
///
/// Holds no weights: a member is read when it is its turn. Its hash is checked when the bundle is loaded, and again on
/// every reading for which the file is not the one that was hashed, told by its inode, size and times.
package struct ModelBundle: Sendable {
    package let manifest: ModelManifest
    package let directory: String
    /// SHA-256 of `model.json`, which names the SHA-256 of every member.
    package let sha256: String
    /// The files as they were when they were hashed.
    package let fingerprint: ModelFingerprint

    /// Reads a bundle and checks all of it: manifest, hashes, names and shapes of the weights, no file too many.
    ///
    /// Any fault throws a `MODEL_…` code that names the member or the field.
    /// - Parameter threads: hash and check members.
    package static func load(_ directory: String, threads: Int = 1) throws(ScreeningError) -> ModelBundle {
        let before = try ModelIntegrity.fingerprint(of: directory)
        let bytes = try manifestBytes(in: directory)
        let bundle = ModelBundle(
            manifest: try ModelManifest.decode(bytes), directory: directory, sha256: RegularFile.sha256(bytes),
            fingerprint: before)
        try bundle.checkFileList()
        let members = bundle.manifest.members
        _ = try Parallel.tryMap(members.count, threads: threads) { index throws(ScreeningError) in
            try bundle.checkHash(of: members[index])
            try bundle.withNetwork(of: members[index]) { (_: ResNet3D) throws(ScreeningError) in }
        }
        try bundle.checkUnchanged()
        return bundle
    }

    /// Hashes every file again: the bundle is still what was loaded.
    package func verify() throws(ScreeningError) {
        guard RegularFile.sha256(try Self.manifestBytes(in: directory)) == sha256 else {
            throw Self.hashMismatch(ModelManifest.fileName)
        }
        try checkFileList()
        for member in manifest.members { try checkHash(of: member) }
    }

    /// True while no file of the bundle was written, replaced, added or removed since it was loaded.
    ///
    /// Where it is false, load the bundle again before the next score.
    package func isUnchanged() throws(ScreeningError) -> Bool {
        try ModelIntegrity.fingerprint(of: directory) == fingerprint
    }

    /// Which model this is, for results and pages.
    package var identity: ModelIdentity {
        ModelIdentity(
            name: manifest.name, version: manifest.version, status: manifest.status, sha256: sha256,
            architecture: manifest.architecture.title, operatingPoint: manifest.operatingPoint, limits: manifest.limits)
    }

    /// Calls `use` with a member's network, from bytes whose hash was checked. Refuses weights that are not finite.
    ///
    /// The weights are read where they lie in the file. Its stamp is compared before hashing and after use, so that what was
    /// hashed is what was used.
    func withNetwork<Result>(
        of member: ModelManifest.Member, _ use: (ResNet3D) throws(ScreeningError) -> Result
    ) throws(ScreeningError) -> Result {
        let before = stamp(of: member)
        let network = try Self.network(manifest.architecture, mapped: weights(of: member), named: member.file)
        let result = try use(network)
        guard stamp(of: member) == before else { throw Self.changed(member.file) }
        return result
    }
}

extension Architecture {
    /// In words, such as "3D ResNet-18, width 64, shortcut B".
    var title: String {
        let paper = Architecture()
        let isOfPaper =
            stemStride == paper.stemStride && stageStrides == paper.stageStrides
            && stageDilations == paper.stageDilations
        let rest = "width \(width), shortcut \(shortcut.rawValue)" + (isOfPaper ? "" : ", \(geometryTitle)")
        return "3D ResNet-\(depth), \(rest)"
    }

    private var geometryTitle: String {
        let medicalNet = Architecture.medicalNet()
        if stemStride == medicalNet.stemStride && stageStrides == medicalNet.stageStrides
            && stageDilations == medicalNet.stageDilations
        {
            return "MedicalNet's strides"
        }
        return "strides \(stemStride), \(stageStrides), dilations \(stageDilations)"
    }
}
