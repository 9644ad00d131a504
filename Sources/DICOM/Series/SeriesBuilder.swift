/// Groups files into series, and series into parts that can each be one volume. Pure.
package enum SeriesBuilder {
    /// Series in the order of study, series number and UID.
    ///
    /// Copies of one object are dropped; two different objects with one SOP Instance UID, or two patients in one study,
    /// make the series unusable (`refusal`).
    ///
    /// - Parameter samePixels: asked about two objects of one UID whose headers agree but whose bytes differ, as when an
    ///   archive sends the same object in another encoding. By default they count as different.
    package static func series(
        of files: [SourceFile], samePixels: (SourceFile, SourceFile) -> Bool = { _, _ in false }
    ) -> [DICOMSeries] {
        let conflicting = studiesWithSeveralPatients(files)
        let groups = Dictionary(grouping: files) { file in
            SeriesKey(study: file.header.studyInstanceUID, series: file.header.seriesInstanceUID)
        }
        return groups.flatMap { key, members in
            var whole = unsplit(key, members, samePixels: samePixels)
            if conflicting.contains(key.study) { whole.refusal = DICOMError(.conflictingPatient) }
            return whole.refusal == nil ? SeriesSplit.parts(of: whole) : [whole]
        }
        .sorted { order($0) < order($1) }
    }

    private static func order(_ series: DICOMSeries) -> (String, Int, String, String) {
        (series.studyInstanceUID, series.seriesNumber ?? .max, series.seriesInstanceUID, series.part ?? "")
    }

    /// Studies whose objects name more than one patient.
    package static func studiesWithSeveralPatients(_ files: [SourceFile]) -> Set<String> {
        let patients = Dictionary(grouping: files, by: \.header.studyInstanceUID)
            .mapValues { Set($0.map(\.header.patientDigest)) }
        return Set(patients.filter { $0.value.count > 1 }.keys)
    }

    private static func unsplit(
        _ key: SeriesKey, _ members: [SourceFile], samePixels: (SourceFile, SourceFile) -> Bool
    ) -> DICOMSeries {
        var kept: [SourceFile] = []
        var duplicates: [SourceFile] = []
        var refusal: DICOMError?
        var seen: [String: SourceFile] = [:]
        for file in members.sorted(by: isBefore) {
            if let first = seen[file.header.sopInstanceUID] {
                duplicates.append(file)
                if !isCopy(file, of: first, samePixels: samePixels) {
                    refusal = DICOMError(.conflictingDuplicate, subject: file.header.sopInstanceUID)
                }
            } else {
                seen[file.header.sopInstanceUID] = file
                kept.append(file)
            }
        }
        let slices = kept.indices.flatMap { file in
            kept[file].header.frames.indices.map { DICOMSeries.Slice(file: file, frame: $0) }
        }
        return DICOMSeries(
            studyInstanceUID: key.study, seriesInstanceUID: key.series, part: nil,
            files: kept, slices: slices, imagesInSeries: slices.count, duplicates: duplicates, refusal: refusal)
    }

    private static func isCopy(
        _ file: SourceFile, of first: SourceFile, samePixels: (SourceFile, SourceFile) -> Bool
    ) -> Bool {
        if file.header.contentSHA256 == first.header.contentSHA256 { return true }
        var header = file.header
        header.contentSHA256 = first.header.contentSHA256
        header.transferSyntaxUID = first.header.transferSyntaxUID
        return header == first.header && samePixels(file, first)
    }

    /// A total order that does not depend on the order in which files arrived.
    private static func isBefore(_ a: SourceFile, _ b: SourceFile) -> Bool {
        let x = a.header
        let y = b.header
        if x.instanceNumber != y.instanceNumber { return (x.instanceNumber ?? .max) < (y.instanceNumber ?? .max) }
        if x.sopInstanceUID != y.sopInstanceUID { return x.sopInstanceUID < y.sopInstanceUID }
        return x.contentSHA256 < y.contentSHA256
    }
}

private struct SeriesKey: Hashable {
    var study: String
    var series: String
}
