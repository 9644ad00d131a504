import DICOM
import Foundation
import Imaging
import Ledger
import Screening
import Simulation

/// The studies of `fcdwatch demo`: made-up heads, as DICOM and NIfTI, whole and broken.
///
/// Everything follows from fixed seeds of the simulation that the shipped models were trained on. No patient and no
/// real image is behind any of them.
package struct DemoStudies: Sendable {
    /// Folder that the files are written into, each study into a sub-folder of its own.
    package var inbox: String

    package init(inbox: String) {
        self.inbox = inbox
    }

    /// What arrives, in order of name; `expectedState` and `expectedCodes` are what the night must find.
    package static let all: [DemoStudy] = [
        DemoStudy(
            name: "1-whole-study", summary: "T1w and FLAIR of one head with a lesion, as DICOM: screened.",
            stages: [0], expectedState: .reported, expectedCodes: [], files: 2 * sagittalSlices, hasLesion: true),
        DemoStudy(
            name: "2-missing-slice", summary: "A T1w series that lost a slice on the way: never screened.",
            stages: [0], expectedState: .incomplete, expectedCodes: [["GEOMETRY_MISSING_SLICE"]],
            files: sagittalSlices - 1),
        DemoStudy(
            name: "3-thick-slices", summary: "A 2D FLAIR in thick slices: not assessable.",
            stages: [0], expectedState: .notAssessable, expectedCodes: [["NOT_3D"]], files: thickSlices),
        DemoStudy(
            name: "4-no-images", summary: "A file made to end parsers, and a text named like an image: refused.",
            stages: [0], expectedState: nil,
            // The nested file ends a parser in one way or another; that it is refused is what counts.
            expectedCodes: [[], ["NOT_DICOM"]], files: 2),
        DemoStudy(
            name: "sub-demo05", summary: "T1w and FLAIR of a healthy head, as NIfTI with BIDS names: screened.",
            stages: [0], expectedState: .reported, expectedCodes: [], files: 2, hasLesion: false),
        DemoStudy(
            name: "6-late-flair", summary: "A healthy head's T1w whose FLAIR comes later: paired, screened once.",
            stages: [0, 1], expectedState: .reported, expectedCodes: [], files: 2 * sagittalSlices, hasLesion: false),
        DemoStudy(
            name: "7-bottle", summary: "A water bottle under the headers of a T1w: not assessable.",
            stages: [0], expectedState: .notAssessable, expectedCodes: [["NOT_A_HEAD"]], files: sagittalSlices),
    ]

    /// Writes the files that arrive at one stage. - Returns: how many.
    package func write(stage: Int) throws -> Int {
        switch stage {
        case 0:
            let writers: [() throws -> Int] = [
                writeWholeStudy, writeMissingSlice, writeThickSlices, writeNoImages, writeNIfTIPair,
                { try writeLate(.mprage, seriesNumber: 2, modality: .t1w) }, writeBottle,
            ]
            return try Parallel.tryMap(writers.count, threads: ProcessInfo.processInfo.activeProcessorCount) {
                try writers[$0]()
            }.reduce(0, +)
        case 1: return try writeLate(.spaceFLAIR, seriesNumber: 3, modality: .flair)
        default: return 0
        }
    }

    private func folder(_ index: Int) -> String { inbox + "/" + Self.all[index].name }

    private func writeWholeStudy() throws -> Int {
        let writer = SeriesWriter(Self.study(1, name: "Demo^Ada"))
        let head = Self.head(seed: 1, isIll: true)
        return try write(head.t1w, as: .mprage, seriesNumber: 2, with: writer, into: folder(0))
            + write(
                head.flair, as: .spaceFLAIR, seriesNumber: 3, encoding: .jpegLossless, with: writer, into: folder(0))
    }

    private func writeMissingSlice() throws -> Int {
        // The name is outside ASCII: text must survive from the header to the page.
        let writer = SeriesWriter(Self.study(2, name: "Démo^Žofie"))
        return try write(
            Self.head(seed: 2).t1w, as: .mprage, seriesNumber: 2, skipping: [Self.sagittalSlices / 2],
            with: writer, into: folder(1))
    }

    private func writeThickSlices() throws -> Int {
        let writer = SeriesWriter(Self.study(3, name: "Demo^Cyril"))
        return try write(
            Self.head(seed: 3, on: Self.thickGrid).flair, as: .thickSliceFLAIR, seriesNumber: 2, plane: .axial,
            with: writer, into: folder(2))
    }

    private func writeNoImages() throws -> Int {
        try FileManager.default.createDirectory(atPath: folder(3), withIntermediateDirectories: true)
        try Data(HostileFile.nestedSequences()).write(to: URL(filePath: folder(3) + "/nested.dcm"))
        try Data("These are notes and no image.\n".utf8).write(to: URL(filePath: folder(3) + "/notes.dcm"))
        return 2
    }

    private func writeNIfTIPair() throws -> Int {
        let subject = Self.all[4].name
        let anatomy = folder(4) + "/anat"
        try FileManager.default.createDirectory(atPath: anatomy, withIntermediateDirectories: true)
        let head = Self.head(seed: 5, on: Self.leftwardGrid)
        for modality in Modality.allCases {
            let image = modality == .t1w ? head.t1w : head.flair
            try NIfTIFile.write(image, to: "\(anatomy)/\(subject)_\(modality.rawValue).nii.gz", description: "demo")
        }
        return 2
    }

    private func writeLate(_ sequence: MRSequence, seriesNumber: Int, modality: Modality) throws -> Int {
        let writer = SeriesWriter(Self.study(6, name: "Demo^Fanny"))
        let head = Self.head(seed: 6)
        return try write(
            modality == .t1w ? head.t1w : head.flair, as: sequence, seriesNumber: seriesNumber, encoding: .rle,
            with: writer,
            into: folder(5))
    }

    private func writeBottle() throws -> Int {
        let writer = SeriesWriter(Self.study(7, name: "Demo^Bottle"))
        return try write(Self.bottle(), as: .mprage, seriesNumber: 2, with: writer, into: folder(6))
    }

    /// Writes a sagittal 3D series, or one in another plane. - Returns: number of files.
    private func write(
        _ volume: Volume, as sequence: MRSequence, seriesNumber: Int, plane: AcquisitionPlane = .sagittal,
        skipping: Set<Int> = [], encoding: SeriesWriter.Encoding = .explicitLittleEndian, with writer: SeriesWriter,
        into folder: String
    ) throws -> Int {
        try writer.write(
            volume, as: sequence, seriesNumber: seriesNumber, plane: plane, skipping: skipping, encoding: encoding,
            into: folder
        ).count
    }
}
