/// Groups files into studies and series, and series into parts that can each be one volume. Pure.
package enum SeriesBuilder {
    /// Studies in the order of their UIDs.
    ///
    /// Copies of one object are dropped; objects that were sent again with other content replace the older ones or make the
    /// series unusable (`Redelivery`); two patients in one study make the whole study unusable (`StudyPatient`).
    ///
    /// - Parameters:
    ///   - files: in the order in which they came.
    ///   - samePixels: asked about two objects of one UID whose headers agree but whose bytes differ, as when an archive
    ///     sends the same object in another encoding. By default they count as different.
    package static func studies(
        of files: [SourceFile], samePixels: (SourceFile, SourceFile) -> Bool = { _, _ in false }
    ) -> [DICOMStudy] {
        Dictionary(grouping: files, by: \.header.studyInstanceUID)
            .sorted { $0.key < $1.key }
            .map { study, members in
                let series = Dictionary(grouping: members, by: \.header.seriesInstanceUID)
                return DICOMStudy(of: series.map { unsplit(study, $0.key, $0.value, samePixels: samePixels) })
            }
    }

    /// The series of all studies, in the order of study, series number and UID.
    package static func series(
        of files: [SourceFile], samePixels: (SourceFile, SourceFile) -> Bool = { _, _ in false }
    ) -> [DICOMSeries] {
        studies(of: files, samePixels: samePixels).flatMap(\.series)
    }

    private static func unsplit(
        _ study: String, _ series: String, _ members: [SourceFile], samePixels: (SourceFile, SourceFile) -> Bool
    ) -> DICOMSeries {
        let delivery = Redelivery(members, samePixels: samePixels)
        let kept = delivery.kept.sorted(by: isBefore)
        let slices = kept.indices.flatMap { file in
            kept[file].header.frames.indices.map { DICOMSeries.Slice(file: file, frame: $0) }
        }
        return DICOMSeries(
            studyInstanceUID: study, seriesInstanceUID: series, part: nil, files: kept, slices: slices,
            imagesInSeries: slices.count, replaced: delivery.replaced, duplicates: delivery.copies,
            refusal: delivery.refusal)
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
