internal import CDCMTK
internal import Crypto

/// Reading one DICOM file.
///
/// Hostile bytes can crash the parser: files that were not made here are read in a disposable process only.
package enum DICOMFile {
    /// What is accepted before a file is parsed.
    package struct Limits: Sendable, Hashable, Codable {
        package var fileBytes: Int

        /// 512³ voxels of 16 bit and a generous header.
        package init(fileBytes: Int = 2 * 512 * 512 * 512 + (64 << 20)) { self.fileBytes = fileBytes }
    }

    /// Whether the file begins like DICOM: `DICM` at byte 128, or a data set of group 8 without a preamble.
    package static func looksLikeDICOM(_ path: String) throws(DICOMError) -> Bool {
        let head = try FileBytes(path: path).read(at: 0, count: 132)
        return looksLikeDICOM(head)
    }

    static func looksLikeDICOM(_ head: [UInt8]) -> Bool {
        if head.count >= 132, head[128..<132].elementsEqual("DICM".utf8) { return true }
        // Group 8, an element below 0x0100, as implicit or explicit little endian.
        return head.count >= 8 && head[0] == 8 && head[1] == 0 && head[3] == 0
    }

    /// Reads everything but the pixels.
    ///
    /// - Returns: the header, and whose it is, kept apart.
    package static func read(
        _ path: String, limits: Limits = Limits()
    ) throws(DICOMError) -> (header: FileHeader, identity: PatientIdentity) {
        let file = try FileBytes(path: path)
        guard file.count <= limits.fileBytes else { throw DICOMError(.tooLarge) }
        guard try looksLikeDICOM(file.read(at: 0, count: 132)) else { throw DICOMError(.notDICOM) }
        let digest = try contentDigest(file)
        let object = try open(path)
        do {
            let (header, identity) = try HeaderReader(object: object).read(contentSHA256: digest)
            _ = try PixelReader(object: object, format: header.pixels)
            return (header, identity)
        } catch {
            guard error.code == .noPixels, isImage(object.root.code(.sopClassUID) ?? "") else { throw error }
            // An image without pixels was cut off before them; what is no image, such as a report, never has any.
            throw DICOMError(.truncatedPixels, "The object is an image but ends before its pixels.")
        }
    }

    /// Whether objects of this class hold pixels: the MR, CT and PET image storage classes (PS3.4 B.5).
    private static func isImage(_ sopClassUID: String) -> Bool {
        let storage = "1.2.840.10008.5.1.4.1.1."
        return ["2", "2.1", "2.2", "4", "4.1", "4.3", "4.4", "128", "130"].contains { storage + $0 == sopClassUID }
    }

    /// SHA-256 (hex) of the file's decoded stored pixels, as `PixelHash` defines it.
    package static func pixelHash(_ path: String) throws(DICOMError) -> String {
        let object = try open(path)
        let format = try PixelFormat(of: object.root)
        let reader = try PixelReader(object: object, format: format)
        var hash = PixelHash()
        for frame in 0..<format.frames { hash.add(try reader.frame(frame), bitsAllocated: format.bitsAllocated) }
        return hash.hex()
    }

    /// Opens an object for reading; implicit VR needs the data dictionary, so its absence is named first.
    static func open(_ path: String) throws(DICOMError) -> OpenObject {
        guard dcm_dictionary_loaded() != 0 else { throw DICOMError(.dictionaryMissing) }
        return try OpenObject(path: path)
    }

    /// Whether DCMTK found its data dictionary.
    package static var dictionaryIsLoaded: Bool { dcm_dictionary_loaded() != 0 }

    /// Hashes the file behind its meta group, whose length is the first element's value (PS3.10 7.1).
    private static func contentDigest(_ file: FileBytes) throws(DICOMError) -> String {
        var digest = SHA256()
        let head = try file.read(at: 0, count: 144)
        var at = 0
        if head.count == 144, head[128..<132].elementsEqual("DICM".utf8), head[132..<136].elementsEqual([2, 0, 0, 0]) {
            let length = (0..<4).reduce(0) { $0 | Int(head[140 + $1]) << (8 * $1) }
            at = min(144 + length, file.count)
        }
        while at < file.count {
            let part = try file.read(at: at, count: 1 << 20)
            if part.isEmpty { throw DICOMError(.unreadable, "The file became shorter while it was read.") }
            digest.update(data: part)
            at += part.count
        }
        return Digest.hex(digest.finalize())
    }
}
