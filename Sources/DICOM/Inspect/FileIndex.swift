package import Imaging

/// The keys under which an incoming file is filed: enough to put it to its study, read without its pixels.
package struct FileKeys: Codable, Sendable, Hashable {
    package var patientID: String?
    package var issuer: String?
    package var studyInstanceUID: String
    package var seriesInstanceUID: String
    package var sopInstanceUID: String
    package var modality: String?
}

/// Indexing incoming files.
package enum FileIndex {
    /// The keys of one file, or why it is refused.
    package struct Entry: Codable, Sendable, Hashable {
        package var keys: FileKeys?
        package var reason: Reason?
    }

    /// One entry for each path, in their order.
    package static func index(
        paths: [String], limits: DICOMFile.Limits = DICOMFile.Limits()
    ) -> [Entry] {
        paths.map { entry($0, limits: limits) }
    }

    private static func entry(_ path: String, limits: DICOMFile.Limits) -> Entry {
        do {
            return Entry(keys: try keys(path, limits: limits))
        } catch {
            return Entry(reason: error.reason)
        }
    }

    /// The keys of one file that parses to its end and whose pixel data is as long as its header says.
    package static func keys(
        _ path: String, limits: DICOMFile.Limits = DICOMFile.Limits()
    ) throws(DICOMError) -> FileKeys {
        let (header, identity) = try DICOMFile.read(path, limits: limits)
        return FileKeys(
            patientID: identity.patientID, issuer: identity.issuer, studyInstanceUID: header.studyInstanceUID,
            seriesInstanceUID: header.seriesInstanceUID, sopInstanceUID: header.sopInstanceUID,
            modality: header.modality.isEmpty ? nil : header.modality)
    }
}
