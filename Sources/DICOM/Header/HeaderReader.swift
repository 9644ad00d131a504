/// Turns an open object into values.
struct HeaderReader {
    let object: OpenObject

    func read(contentSHA256: String) throws(DICOMError) -> (header: FileHeader, identity: PatientIdentity) {
        let root = object.root
        let characters = CharacterSet(terms: root.codes(.specificCharacterSet))
        let identity = PatientIdentity(of: root, in: characters)
        let pixels = try pixelFormat(root)
        var header = FileHeader(
            transferSyntaxUID: object.transferSyntaxUID,
            sopClassUID: root.code(.sopClassUID) ?? "",
            sopInstanceUID: try identifier(.sopInstanceUID),
            studyInstanceUID: try identifier(.studyInstanceUID),
            seriesInstanceUID: try identifier(.seriesInstanceUID),
            frameOfReferenceUID: root.code(.frameOfReferenceUID),
            patientDigest: Self.digest(identity.patientID ?? ""),
            contentSHA256: contentSHA256,
            modality: root.code(.modality) ?? "",
            imageType: root.codes(.imageType),
            pixels: pixels,
            frames: try frames(pixels),
            acquisition: Acquisition(of: FunctionalGroups(root: root, frameIndex: 0)),
            privateText: PrivateText(
                seriesDescription: characters.text(root.bytes(.seriesDescription)),
                protocolName: characters.text(root.bytes(.protocolName)),
                studyDescription: characters.text(root.bytes(.studyDescription))))
        header.manufacturer = root.code(.manufacturer)
        header.model = root.code(.modelName)
        header.software = root.code(.softwareVersions)
        header.seriesNumber = root.integer(.seriesNumber)
        header.acquisitionNumber = root.integer(.acquisitionNumber)
        header.instanceNumber = root.integer(.instanceNumber)
        header.imagesInAcquisition = root.integer(.imagesInAcquisition)
        header.concatenationTotal = root.integer(.concatenationTotalNumber)
        return (header, identity)
    }

    /// A colour screenshot is refused as what it is, not for its colours.
    private func pixelFormat(_ root: DataSet) throws(DICOMError) -> PixelFormat {
        do {
            return try PixelFormat(of: root)
        } catch {
            throw ImageKind.isSecondaryCapture(root.code(.sopClassUID) ?? "") ? DICOMError(.secondaryCapture) : error
        }
    }

    private func identifier(_ tag: Tag) throws(DICOMError) -> String {
        // PS3.5 9.1: digits and dots, at most 64; a trailing NUL pads to even length.
        guard let bytes = object.root.bytes(tag), bytes.count <= 65, let uid = object.root.code(tag),
            uid.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw DICOMError(.missingIdentifier) }
        return uid
    }

    /// One entry for each frame. Functional groups must be as many as the frames.
    private func frames(_ pixels: PixelFormat) throws(DICOMError) -> [FrameHeader] {
        let described = object.root.itemCount(.perFrameFunctionalGroups)
        guard described == 0 || described == pixels.frames else {
            throw DICOMError(
                .expectedSlicesMissing,
                "The object has \(pixels.frames) frames and describes \(described).")
        }
        return (0..<pixels.frames).map { FrameHeader(of: FunctionalGroups(root: object.root, frameIndex: $0)) }
    }

    static func digest(_ patientID: String) -> String { Array(patientID.utf8).withUnsafeBytes { Digest.sha256($0) } }
}
