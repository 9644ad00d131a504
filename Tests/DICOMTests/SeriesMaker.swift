import DICOM

/// Makes headers of a classic MR series in memory: axial slices one above the other unless told otherwise.
struct SeriesMaker {
    var count = 12
    var row: SIMD3<Double> = [1, 0, 0]
    var column: SIMD3<Double> = [0, 1, 0]
    var origin: SIMD3<Double> = [-50, -60, -30]
    var stepMM = 1.3
    /// Added to the position of each slice, times its index: a shear.
    var driftMM: SIMD3<Double> = .zero
    var rows = 20
    var columns = 16
    var imageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    var modality = "MR"
    var acquisition = Acquisition.mprage
    var seriesUID = "1.2.3.4"
    var seriesNumber: Int? = 1
    var patient = "one"

    func files(_ change: (Int, inout FileHeader) -> Void = { _, _ in }) -> [SourceFile] {
        (0..<count).map { k in
            var header = header(k)
            change(k, &header)
            return SourceFile(path: "/\(seriesUID)/\(header.sopInstanceUID)", header: header)
        }
    }

    func series(_ change: (Int, inout FileHeader) -> Void = { _, _ in }) -> [DICOMSeries] {
        SeriesBuilder.series(of: files(change))
    }

    private func header(_ k: Int) -> FileHeader {
        let normal = SIMD3(
            row.y * column.z - row.z * column.y, row.z * column.x - row.x * column.z,
            row.x * column.y - row.y * column.x)
        let position = origin + (normal * stepMM + driftMM) * Double(k)
        let frame = FrameHeader(
            positionLPS: position, rowDirection: row, columnDirection: column, rowSpacingMM: 1.1,
            columnSpacingMM: 0.9, sliceThicknessMM: 1, echoTimeMS: acquisition.echoTimeMS, imageType: imageType)
        var header = FileHeader(
            sopClassUID: "1.2.840.10008.5.1.4.1.1.4", sopInstanceUID: "\(seriesUID).\(k + 1)",
            studyInstanceUID: "1.2.3", seriesInstanceUID: seriesUID, frameOfReferenceUID: "1.9",
            patient: PatientDigest(id: patient), contentSHA256: "content \(seriesUID) \(k)", modality: modality,
            imageType: imageType, pixels: PixelFormat(rows: rows, columns: columns), frames: [frame],
            acquisition: acquisition)
        header.seriesNumber = seriesNumber
        header.instanceNumber = k + 1
        return header
    }
}

extension Acquisition {
    /// T1w of the data set the paper used (ds004199, `acq-iso08`).
    static let mprage = Acquisition(
        repetitionTimeMS: 1660, echoTimeMS: 2.54, inversionTimeMS: 850, flipAngleDegrees: 9, fieldStrengthT: 3,
        scanningSequence: ["GR", "IR"], sequenceVariant: ["SP", "MP", "OSP"], sequenceName: "*tfl3d1_ns",
        acquisitionType: "3D")

    /// FLAIR of the same (`acq-T2sel`).
    static let spaceFLAIR = Acquisition(
        repetitionTimeMS: 5000, echoTimeMS: 388, inversionTimeMS: 1800, flipAngleDegrees: 120, fieldStrengthT: 3,
        scanningSequence: ["SE", "IR"], sequenceVariant: ["SK", "SP", "MP"], sequenceName: "*spcir3d1_286ns",
        acquisitionType: "3D")
}

/// The code for which a series is refused as a volume; nil where it is one.
func refusal(_ series: DICOMSeries) -> DICOMCode? {
    do {
        _ = try series.geometry()
        return nil
    } catch {
        return error.code
    }
}
