internal import Imaging

/// Looks at files and says what they are, what would be screened, and why not the rest.
package enum StudyInspector {
    /// - Parameters:
    ///   - paths: files, not folders.
    ///   - hashPixels: whether to decode all pixels and hash them.
    ///   - rules: the administrator's.
    package static func inspect(
        paths: [String], hashPixels: Bool, rules: [SeriesRule] = [], limits: DICOMFile.Limits = DICOMFile.Limits()
    ) -> Inspection {
        var files: [SourceFile] = []
        var facts = FileFacts()
        var refused: [Inspection.RefusedFile] = []
        for (index, path) in paths.enumerated() {
            do {
                let (header, identity) = try DICOMFile.read(path, limits: limits)
                files.append(SourceFile(path: path, header: header))
                facts.index[path] = index
                facts.identity[path] = identity
            } catch {
                refused.append(Inspection.RefusedFile(index: index, reason: error.reason))
            }
        }
        let studies = SeriesBuilder.studies(of: files, samePixels: samePixels)
            .map { report($0, rules: rules, facts: facts, hashPixels: hashPixels) }
        return Inspection(studies: studies, refused: refused)
    }

    /// Whether two objects hold the same stored pixels; false where either cannot be decoded.
    package static func samePixels(_ a: SourceFile, _ b: SourceFile) -> Bool {
        do {
            return try DICOMFile.pixelHash(a.path) == DICOMFile.pixelHash(b.path)
        } catch {
            return false
        }
    }

    /// Whether two series hold the same image: one grid and the same stored pixels, slice by slice. False where either
    /// cannot be decoded.
    package static func sameImage(_ a: DICOMSeries, _ b: DICOMSeries) -> Bool {
        do {
            let (first, second) = (try a.geometry(), try b.geometry())
            guard first.grid.shape == second.grid.shape, first.grid.affineRAS == second.grid.affineRAS else {
                return false
            }
            return try hash(a, in: first.slices) == hash(b, in: second.slices)
        } catch {
            return false
        }
    }

    private static func hash(_ series: DICOMSeries, in order: [DICOMSeries.Slice]) throws(DICOMError) -> String {
        var whole = PixelHash()
        try Converter.eachSlice(of: series, in: order) { (k, values) throws(DICOMError) in
            whole.add(values, bitsAllocated: series.pixels(order[k]).bitsAllocated)
        }
        return whole.hex()
    }

    /// What is known of a file beside its header, by path.
    private struct FileFacts {
        var index: [String: Int] = [:]
        var identity: [String: PatientIdentity] = [:]
    }

    private static func report(
        _ study: DICOMStudy, rules: [SeriesRule], facts: FileFacts, hashPixels: Bool
    ) -> StudyReport {
        let choice = SeriesChoice.choose(study.series, rules: rules, sameImage: sameImage)
        let assessments = DICOMStudy.refusingDifferentDays(choice).reasons
        let reports = zip(study.series, assessments).map { series, assessment in
            report(series, assessment, facts: facts, hashPixels: hashPixels)
        }
        let identities = study.files.compactMap { facts.identity[$0.path] }
        let people = Set(identities.map { [$0.name, $0.birthDate, $0.sex] })
        return StudyReport(
            studyInstanceUID: study.studyInstanceUID,
            identity: study.refusal == nil ? merged(identities) : PatientIdentity(),
            identityVaries: people.count > 1, series: reports, refusal: study.refusal?.reason, notes: study.notes,
            alarms: study.alarms)
    }

    private static func report(
        _ series: DICOMSeries, _ assessment: SeriesChoice.Assessment, facts: FileFacts, hashPixels: Bool
    ) -> SeriesReport {
        let header = series.header
        let used = Set(series.slices.map(\.file)).sorted().map { series.files[$0] }
        let state = assessment.geometry?.completeness ?? .incomplete
        var report = SeriesReport(
            seriesInstanceUID: series.seriesInstanceUID, part: series.part, number: series.seriesNumber,
            description: header.privateText.seriesDescription ?? header.privateText.protocolName,
            modality: header.modality, manufacturer: header.manufacturer, model: header.model,
            software: header.software, stationName: header.stationName, bodyPart: header.bodyPart,
            imageType: series.frameHeader(series.slices[0]).imageType,
            transferSyntaxUIDs: Set(used.map(\.header.transferSyntaxUID)).sorted(),
            files: used.count, frames: series.slices.count, duplicates: series.duplicates.count,
            fileIndices: used.compactMap { facts.index[$0.path] },
            duplicateIndices: series.duplicates.compactMap { facts.index[$0.path] },
            physics: series.acquisition, geometry: assessment.geometry.map(GeometryReport.init),
            completeness: CompletenessReport(state), contrast: assessment.finding.contrast,
            contrastWhy: assessment.finding.why, rule: assessment.rule?.number, decision: assessment.decision,
            chosenFor: assessment.chosenFor, reason: assessment.reason?.reason, notes: assessment.notes.map(\.reason))
        if hashPixels {
            do {
                let hashes = try SeriesHashes(of: series, in: assessment.geometry?.slices ?? series.slices)
                report.pixelSHA256 = hashes.series
                report.instances = hashes.instances
            } catch {
                report.chosenFor = nil
                report.reason = error.reason
            }
        }
        return report
    }

    private static func merged(_ identities: [PatientIdentity]) -> PatientIdentity {
        func first(_ value: (PatientIdentity) -> String?) -> String? { identities.lazy.compactMap(value).first }
        return PatientIdentity(
            name: first(\.name), patientID: first(\.patientID), issuer: first(\.issuer),
            birthDate: first(\.birthDate), sex: first(\.sex), accession: first(\.accession),
            studyDate: first(\.studyDate), studyTime: first(\.studyTime))
    }
}

/// Pixel hashes of a series and of its objects, from one pass over the pixels.
private struct SeriesHashes {
    var series: String
    var instances: [InstanceReport]

    init(of series: DICOMSeries, in order: [DICOMSeries.Slice]) throws(DICOMError) {
        var whole = PixelHash()
        var objects: [Int: PixelHash] = [:]
        try Converter.eachSlice(of: series, in: order) { (k, values) throws(DICOMError) in
            let bits = series.pixels(order[k]).bitsAllocated
            whole.add(values, bitsAllocated: bits)
            objects[order[k].file, default: PixelHash()].add(values, bitsAllocated: bits)
        }
        self.series = whole.hex()
        instances = objects.sorted { $0.key < $1.key }.map { file, hash in
            let header = series.files[file].header
            return InstanceReport(
                sopInstanceUID: header.sopInstanceUID, transferSyntaxUID: header.transferSyntaxUID,
                pixelSHA256: hash.hex())
        }
    }
}
