import Foundation
package import Imaging

/// Writes volumes as classic MR series: one DICOM file per slice, as a scanner sends them.
///
/// For demonstrations and tests. UIDs follow from the study's seed, so that writing twice gives equal files.
package struct SeriesWriter: Sendable {
    /// Transfer syntax of the files; every one keeps the pixels exactly.
    package enum Encoding: Sendable, CaseIterable {
        case explicitLittleEndian, rle, jpegLossless
    }

    package var study: SyntheticStudy

    package init(_ study: SyntheticStudy) {
        self.study = study
    }

    /// Writes one series and returns the paths of its files in slice order.
    ///
    /// - Parameters:
    ///   - volume: Any rectangular grid. A pixel is `intensityScale` times the voxel, rounded, inside 0…65535.
    ///   - sequence: What the headers say about the physics.
    ///   - seriesNumber: Also tells series of one study apart: it enters the UIDs and the file names.
    ///   - plane: Slices go across this plane's normal, in the order of the volume's axis.
    ///   - skipping: Slices (from 0) that are left out, as if a file was lost on the way.
    ///   - folder: Made where it is missing.
    package func write(
        _ volume: Volume, as sequence: MRSequence, seriesNumber: Int, plane: AcquisitionPlane,
        skipping: Set<Int> = [], encoding: Encoding = .explicitLittleEndian, intensityScale: Float = 1,
        into folder: String
    ) throws(SynthesisError) -> [String] {
        let plan = try SlicePlan(volume.grid, plane: plane)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw SynthesisError(
                .unwritable, "The folder for the series cannot be made; check its parent.", cause: error)
        }
        // Scanners store 12 bits where that is enough.
        let peak = (volume.voxels.max() ?? 0) * intensityScale
        let bitsStored: UInt16 = peak <= 4095 ? 12 : 16
        let window = Double(min(max(peak, 1), 65535))

        var paths: [String] = []
        for slice in 0..<plan.slices.count where !skipping.contains(slice) {
            let object = try ObjectWriter()
            try describeStudy(in: object, seriesNumber: seriesNumber, slice: slice)
            try describe(sequence, in: object)
            try describe(plan, slice: slice, in: object)
            try object.set(0x0028, 0x0101, bitsStored)
            try object.set(0x0028, 0x0102, bitsStored - 1)
            try object.set(0x0028, 0x1050, decimals: [(window / 2).rounded()])
            try object.set(0x0028, 0x1051, decimals: [max(window.rounded(), 1)])
            let largest = Float((1 << Int(bitsStored)) - 1)
            try object.setPixels(plan.pixels(of: volume, slice: slice, scale: intensityScale, largest: largest))
            let path = folder + String(format: "/MR_%02d_%04d.dcm", seriesNumber, slice + 1)
            try object.save(to: path, encoding: encoding)
            paths.append(path)
        }
        return paths
    }

    /// Patient, study, series, equipment and object: who, when and which.
    private func describeStudy(
        in object: ObjectWriter, seriesNumber: Int, slice: Int
    ) throws(SynthesisError) {
        let patient = study.patient
        let texts = [patient.name, patient.patientID, study.description, study.accessionNumber]
        if !texts.allSatisfy({ $0.utf8.allSatisfy { $0 < 0x80 } }) {
            try object.set(0x0008, 0x0005, "CS", "ISO_IR 192")
        }
        // MR Image Storage.
        try object.set(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.4")
        try object.set(
            0x0008, 0x0018, "UI", study.sopInstanceUID(seriesNumber: seriesNumber, instance: slice + 1))
        for date: UInt16 in [0x0020, 0x0021, 0x0022, 0x0023] { try object.set(0x0008, date, "DA", study.date) }
        for time: UInt16 in [0x0030, 0x0031, 0x0032, 0x0033] { try object.set(0x0008, time, "TM", study.time) }
        try object.set(0x0008, 0x0050, "SH", study.accessionNumber)
        try object.set(0x0008, 0x0060, "CS", "MR")
        try object.set(0x0008, 0x0070, "LO", "FCDWatch")
        try object.set(0x0008, 0x1090, "LO", "Synthetic head")
        try object.set(0x0008, 0x0090, "PN", "")
        try object.set(0x0008, 0x1030, "LO", study.description)
        try object.set(0x0010, 0x0010, "PN", patient.name)
        try object.set(0x0010, 0x0020, "LO", patient.patientID)
        try object.set(0x0010, 0x0030, "DA", patient.birthDate)
        try object.set(0x0010, 0x0040, "CS", patient.sex)
        try object.set(0x0018, 0x0015, "CS", "BRAIN")
        try object.set(0x0018, 0x5100, "CS", "HFS")
        try object.set(0x0020, 0x000D, "UI", study.studyInstanceUID)
        try object.set(0x0020, 0x000E, "UI", study.seriesInstanceUID(number: seriesNumber))
        try object.set(0x0020, 0x0010, "SH", "1")
        try object.set(0x0020, 0x0011, "IS", "\(seriesNumber)")
        try object.set(0x0020, 0x0012, "IS", "1")
        try object.set(0x0020, 0x0013, "IS", "\(slice + 1)")
        try object.set(0x0020, 0x0052, "UI", study.frameOfReferenceUID)
        try object.set(0x0020, 0x1040, "LO", "")
    }

    /// MR Image module: the physics.
    private func describe(_ sequence: MRSequence, in object: ObjectWriter) throws(SynthesisError) {
        try object.set(0x0008, 0x0008, "CS", sequence.imageType)
        try object.set(0x0008, 0x103E, "LO", sequence.seriesDescription)
        try object.set(0x0018, 0x0020, "CS", sequence.scanningSequence)
        try object.set(0x0018, 0x0021, "CS", sequence.sequenceVariant)
        try object.set(0x0018, 0x0022, "CS", sequence.scanOptions)
        try object.set(0x0018, 0x0023, "CS", sequence.acquisitionType)
        try object.set(0x0018, 0x0024, "SH", sequence.sequenceName)
        try object.set(0x0018, 0x0080, decimals: [sequence.repetitionTimeMS])
        try object.set(0x0018, 0x0081, decimals: [sequence.echoTimeMS])
        if let inversion = sequence.inversionTimeMS { try object.set(0x0018, 0x0082, decimals: [inversion]) }
        try object.set(0x0018, 0x0086, "IS", "1")
        try object.set(0x0018, 0x0087, decimals: [sequence.magneticFieldTesla])
        try object.set(0x0018, 0x0091, "IS", "\(sequence.echoTrainLength)")
        try object.set(0x0018, 0x1030, "LO", sequence.seriesDescription)
        try object.set(0x0018, 0x1314, decimals: [sequence.flipAngleDegrees])
    }

    /// Image plane and image pixel modules: where the slice lies and how large it is.
    private func describe(_ plan: SlicePlan, slice: Int, in object: ObjectWriter) throws(SynthesisError) {
        let position = plan.imagePosition(slice: slice)
        let (row, column) = (plan.rowDirection, plan.columnDirection)
        try object.set(0x0018, 0x0050, decimals: [plan.sliceSpacingMM])
        try object.set(0x0020, 0x0032, decimals: [position.x, position.y, position.z])
        try object.set(0x0020, 0x0037, decimals: [row.x, row.y, row.z, column.x, column.y, column.z])
        try object.set(0x0020, 0x1002, "IS", "\(plan.slices.count)")
        try object.set(0x0020, 0x1041, decimals: [(position * cross(row, column)).sum()])
        try object.set(0x0028, 0x0002, 1)
        try object.set(0x0028, 0x0004, "CS", "MONOCHROME2")
        try object.set(0x0028, 0x0010, UInt16(plan.rows.count))
        try object.set(0x0028, 0x0011, UInt16(plan.columns.count))
        try object.set(0x0028, 0x0030, decimals: [plan.rowSpacingMM, plan.columnSpacingMM])
        try object.set(0x0028, 0x0100, 16)
        try object.set(0x0028, 0x0103, 0)
    }
}
