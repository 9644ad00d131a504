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
            patient: PatientDigest(identity),
            contentSHA256: contentSHA256,
            modality: root.code(.modality) ?? "",
            imageType: root.codes(.imageType),
            pixels: pixels,
            frames: try frames(pixels),
            acquisition: Acquisition(of: FunctionalGroups(root: root, frameIndex: 0)),
            privateText: PrivateText(
                seriesDescription: characters.text(root.bytes(.seriesDescription), delimiters: "\\"),
                protocolName: characters.text(root.bytes(.protocolName), delimiters: "\\"),
                studyDescription: characters.text(root.bytes(.studyDescription), delimiters: "\\")))
        header.manufacturer = root.code(.manufacturer)
        header.model = root.code(.modelName)
        header.software = root.code(.softwareVersions)
        header.stationName = root.code(.stationName)
        header.bodyPart = root.code(.bodyPartExamined)
        header.seriesNumber = root.integer(.seriesNumber)
        header.acquisitionNumber = root.integer(.acquisitionNumber)
        header.instanceNumber = root.integer(.instanceNumber)
        header.acquired = AcquisitionMoment(of: FunctionalGroups(root: root, frameIndex: 0))
        header.expected = ExpectedCounts(of: root)
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
        // PS3.5 9.1: digits and dots, at most 64; a trailing NUL, or by mistake a space, pads to even length.
        var bytes = object.root.bytes(tag) ?? []
        while let last = bytes.last, last == 0 || last == UInt8(ascii: " ") { bytes.removeLast() }
        guard (1...64).contains(bytes.count), bytes.contains(where: { $0 != UInt8(ascii: ".") }),
            bytes.allSatisfy({ $0 == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw DICOMError(.missingIdentifier) }
        return String(decoding: bytes, as: UTF8.self)
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
}
