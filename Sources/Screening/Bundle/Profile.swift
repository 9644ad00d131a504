package import Imaging

/// Which bundles screen together, and how well they did together.
package struct Profile: Codable, Sendable, Hashable {
    /// The file name under which a profile is kept.
    package static let fileName = "profile.json"
    package var name: String
    /// Folder of the bundle for each modality: absolute, or beside the profile's file. At least one.
    package var bundles: [Modality: String]
    /// Measured on whole studies with the verdict rule; required of nothing, printed where it is known.
    package var operatingPoint: OperatingPoint?
    /// What an image must be like to get a score, where that differs from `QualityLimits.standard`.
    package var quality: QualityLimits?

    package init(
        name: String, bundles: [Modality: String], operatingPoint: OperatingPoint? = nil,
        quality: QualityLimits? = nil
    ) {
        self.name = name
        self.bundles = bundles
        self.operatingPoint = operatingPoint
        self.quality = quality
    }

    /// Reads a profile; relative bundle folders become folders beside it.
    ///
    /// Throws `PROFILE_INVALID` naming the field at fault.
    package static func load(_ path: String) throws(ScreeningError) -> Profile {
        var profile: Profile
        do {
            profile = try decode(try RegularFile.read(path, limit: ModelManifest.byteLimit))
        } catch let error as StrictJSON.Fault {
            throw invalid(error.field, error.message)
        } catch let error as ScreeningError {
            throw error
        } catch {
            throw ScreeningError(
                .profileInvalid, "The profile cannot be read (\(error)); check its path and rights.", cause: error)
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        profile.bundles = profile.bundles.mapValues { $0.hasPrefix("/") ? $0 : folder + $0 }
        return profile
    }

    private static func decode(_ bytes: [UInt8]) throws -> Profile {
        let profile = try StrictJSON.decode(Profile.self, from: bytes)
        try profile.check()
        return profile
    }

    /// Refuses values without sense, naming the field.
    package func check() throws(ScreeningError) {
        guard ModelManifest.isPlainName(name) else {
            throw Self.invalid("name", "only letters, digits, dot, underscore and hyphen, at most 64")
        }
        guard !bundles.isEmpty, bundles.values.allSatisfy({ !$0.isEmpty }) else {
            throw Self.invalid("bundles", "a bundle's folder for T1w, for FLAIR, or for both")
        }
        if let fault = quality?.fault { throw Self.invalid("quality.\(fault.field)", fault.message) }
        if let operatingPoint { try operatingPoint.check { Self.invalid("operatingPoint.\($0)", $1) } }
    }

    private static func invalid(_ field: String?, _ message: String) -> ScreeningError {
        let place = field.map { "the field \"\($0)\"" } ?? "the file"
        return ScreeningError(
            .profileInvalid, "Profile: \(place) is refused: \(message). Correct it.", subject: field)
    }
}
