import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct DatasetTests {
    /// A folder that is gone when the test is.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("dataset-" + UUID().uuidString)

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { #expect(throws: Never.self) { try FileManager.default.removeItem(at: url) } }

        func put(_ name: String, _ text: String = "image") throws {
            let file = url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        /// An image that its sidecar calls 3D, so that nobody opens it.
        func scan(_ stem: String, _ sidecar: String = "{\"MRAcquisitionType\": \"3D\", \"SliceThickness\": 1}") throws {
            try put(stem + ".nii.gz")
            try put(stem + ".json", sidecar)
        }

        func load() throws -> Dataset { try Dataset.load(root: url.path) }
    }

    private static let table = "participant_id\tgroup\tlobe\n"
    private static let flair = "sub-1/anat/sub-1_acq-a_FLAIR"

    // MARK: The published data set

    private static let published: URL = {
        if let named = ProcessInfo.processInfo.environment["FCDWATCH_SHARED"] {
            return URL(filePath: named).appending(path: "data/ds004199")
        }
        return Checkout.root.deletingLastPathComponent().appending(path: "shared/data/ds004199")
    }()
    private static let isThere = FileManager.default.fileExists(atPath: published.path)

    /// The published table and sidecars, with a stand-in for each image that the annex lists; all of them links.
    private func copy() throws -> Folder {
        let folder = try Folder()
        let files = FileManager.default
        let table = Self.published.appendingPathComponent("participants.tsv").path
        try files.copyItem(atPath: table, toPath: folder.url.appendingPathComponent("participants.tsv").path)
        for name in try files.contentsOfDirectory(atPath: Self.published.path) where name.hasPrefix("sub-") {
            let anat = folder.url.appendingPathComponent(name + "/anat")
            try files.createDirectory(at: anat, withIntermediateDirectories: true)
            let own = Self.published.appendingPathComponent(name + "/anat").path
            for sidecar in try files.contentsOfDirectory(atPath: own) where sidecar.hasSuffix(".json") {
                #expect(symlink(own + "/" + sidecar, anat.path + "/" + sidecar) == 0)
            }
        }
        let links = try String(contentsOf: Self.published.appendingPathComponent("annex_links.tsv"), encoding: .utf8)
        for line in links.split(whereSeparator: \.isNewline) {
            guard let path = line.split(separator: "\t").first, path.hasSuffix(".nii.gz") else { continue }
            #expect(symlink(table, folder.url.path + "/" + path) == 0)
        }
        return folder
    }

    @Test(.enabled(if: isThere, "FCDWATCH_SHARED names no folder with data/ds004199"))
    func thePublishedDataSetIsReadWithItsQuirks() throws {
        let folder = try copy()
        let data = try folder.load()
        func count(_ modality: Modality, _ acquisition: String, _ group: Subject.Group) -> Int {
            data.subjects.count { $0.scans[modality]?.acquisition == acquisition && $0.group == group }
        }
        #expect(data.subjects.count == 170)
        #expect(data.subjects.count { $0.group == .fcd } == 85)
        #expect(count(.t1w, "iso08", .fcd) == 42 && count(.t1w, "iso08", .control) == 78)
        #expect(count(.t1w, "sag111", .fcd) == 42 && count(.t1w, "sag111", .control) == 7)
        #expect(count(.flair, "T2sel", .fcd) == 41 && count(.flair, "T2sel", .control) == 85)
        #expect(count(.flair, "tse3dvfl", .fcd) == 36)
        // Seven patients have a FLAIR in thick slices; their T1w still trains, with the mask drawn on it.
        #expect(data.excluded.count == 7)
        for exclusion in data.excluded {
            #expect(exclusion.modality == .flair && exclusion.reason.contains("2D"))
            let subject = try #require(data.subjects.first { $0.id == exclusion.subject })
            #expect(subject.scans[.t1w]?.mask?.hasSuffix("_FLAIR_roi.nii.gz") == true)
        }
        #expect(data.subjects.allSatisfy { ($0.group == .fcd) == ($0.scans[.t1w]?.mask != nil) })
        let odd = try #require(data.subjects.first { $0.id == "sub-00048" }?.scans[.flair])
        #expect(odd.mask?.contains("acq-" + odd.acquisition) == false)
        #expect(data.notes.contains { $0.contains("another acquisition") })
        // A comma inside a field, a line end of Windows, and the mark of the byte order before the first name.
        #expect(data.subjects.contains { $0.attributes["lobe"]?.contains(",") == true })
        #expect(Set(data.subjects.compactMap { $0.attributes["split"] }) == ["train", "test"])
        #expect(!data.subjects.contains { $0.attributes.values.contains("n/a") })
        #expect(abs((data.acquisitionOnlyAccuracy(.t1w) ?? 0) - 121.0 / 170) < 1e-12)
        #expect(data.summary.contains("acq-T2sel: 85 controls, 41 patients"))
        #expect(data.summary.contains("guessing the group from the acquisition alone is right for 71.2 %"))
        #expect(!data.summary.contains(folder.url.path))
        let plan = try FoldPlan.make(subjects: data.subjects, modality: .t1w, settings: .init())
        #expect(plan.folds.flatMap(\.test).count == 170)
    }

    @Test(.enabled(if: isThere, "FCDWATCH_SHARED names no folder with data/ds004199"))
    func imagesThatWereNeverFetchedAreLeftOutBySubject() throws {
        let data = try Dataset.load(root: Self.published.path)
        #expect(data.subjects.isEmpty && data.excluded.count == 340)
    }

    // MARK: Made-up data sets

    @Test func otherNamesOfTheGroupsAreUnderstood() throws {
        let folder = try Folder()
        try folder.put(
            "participants.tsv", Self.table + "sub-2\tPatient\tn/a\nsub-1\tControl\t\"TL,OL\"\n3\tunknown\tFL\n")
        try folder.scan(Self.flair)
        try folder.scan("sub-2/anat/sub-2_acq-a_FLAIR")
        let data = try folder.load()
        #expect(data.subjects.map(\.id) == ["sub-1", "sub-2"] && data.subjects.map(\.group) == [.control, .fcd])
        #expect(data.subjects[0].attributes == ["lobe": "TL,OL"] && data.subjects[1].attributes.isEmpty)
        #expect(data.excluded.contains { $0.subject == "sub-3" && $0.modality == nil })
        #expect(data.excluded.contains { $0.subject == "sub-1" && $0.modality == .t1w && $0.reason.contains("no T1w") })
    }

    @Test func foldersAndRowsWithoutEachOtherAreNamed() throws {
        let folder = try Folder()
        try folder.put("participants.tsv", Self.table + "sub-1\thc\tn/a\nsub-2\thc\tn/a\n")
        try folder.scan(Self.flair)
        try folder.scan("sub-9/anat/sub-9_FLAIR")
        let data = try folder.load()
        #expect(data.excluded.contains(.init(subject: "sub-2", reason: "it has no folder")))
        #expect(data.excluded.contains(.init(subject: "sub-9", reason: "participants.tsv does not name it")))
        #expect(data.summary.contains("it has no folder — 1: sub-2"))
    }

    @Test func ofSeveralImagesTheAcquisitionOfMostSubjectsIsUsed() throws {
        let folder = try Folder()
        try folder.put("participants.tsv", Self.table + "sub-1\thc\tn/a\nsub-2\thc\tn/a\n")
        for stem in ["acq-b_run-2_FLAIR", "acq-b_run-1_ce-gd_FLAIR", "acq-b_run-10_FLAIR", "acq-a_FLAIR"] {
            try folder.scan("sub-1/anat/sub-1_\(stem)")
        }
        try folder.scan("sub-2/ses-2/anat/sub-2_ses-2_acq-b_FLAIR")
        try folder.scan("sub-2/ses-1/anat/sub-2_ses-1_acq-b_FLAIR")
        let data = try folder.load()
        #expect(data.subjects[0].scans[.flair]?.image.hasSuffix("sub-1_acq-b_run-2_FLAIR.nii.gz") == true)
        #expect(data.subjects[1].scans[.flair]?.image.hasSuffix("sub-2_ses-1_acq-b_FLAIR.nii.gz") == true)
        #expect(data.summary.contains("2 subjects have several FLAIR images"))
    }

    @Test(arguments: ["{\"MRAcquisitionType\": \"2D\"}", "{\"MRAcquisitionType\": \"2D\", \"SliceThickness\": 1}"])
    func slicesAreKnownFromTheSidecar(sidecar: String) throws {
        let folder = try Folder()
        try folder.put("participants.tsv", Self.table + "sub-1\thc\tn/a\n")
        try folder.scan(Self.flair, sidecar)
        #expect(try folder.load().excluded.first { $0.modality == .flair }?.reason.contains("2D") == true)
    }

    @Test(
        arguments: [
            ([1, 1, 1], "", true), ([1, 1, 4], "", false), ([1, 1, 4], "{\"SliceThickness\": 4}", false),
            ([1, 1, 4], "{\"MRAcquisitionType\": \"3D\", \"SpacingBetweenSlices\": 4}", false),
            ([1, 1, 4], "no JSON", false),
            ([4, 4, 4], "{\"MRAcquisitionType\": \"3D\", \"SliceThickness\": 4}", true),
        ] as [(SIMD3<Double>, String, Bool)])
    func whereTheSidecarDoesNotSayTheHeaderDecides(spacing: SIMD3<Double>, sidecar: String, isIn: Bool) throws {
        let folder = try Folder()
        try folder.put("participants.tsv", Self.table + "sub-1\thc\tn/a\nsub-2\thc\tn/a\n")
        try folder.put(Self.flair + ".nii.gz")
        try folder.put("sub-2/anat/sub-2_FLAIR.nii")
        if !sidecar.isEmpty { try folder.put("sub-2/anat/sub-2_FLAIR.json", sidecar) }
        let volume = Volume(grid: VoxelGrid(shape: [3, 4, 5], affineRAS: Affine(spacing: spacing)))
        try NIfTIFile.write(volume, to: folder.url.appendingPathComponent("sub-2/anat/sub-2_FLAIR.nii").path)
        let data = try folder.load()
        #expect(data.subjects.map(\.id) == (isIn ? ["sub-2"] : []))
        #expect(data.excluded.contains { $0.subject == "sub-1" && $0.reason.contains("cannot be read") })
    }

    @Test func linksWithoutContentAndEmptyFilesAreNoImages() throws {
        let folder = try Folder()
        try folder.put("participants.tsv", Self.table + "sub-1\thc\tn/a\n")
        try folder.put(Self.flair + ".nii.gz", "")
        try FileManager.default.createSymbolicLink(
            atPath: folder.url.appendingPathComponent("sub-1/anat/sub-1_T1w.nii.gz").path,
            withDestinationPath: "../../.git/annex/objects/none")
        let data = try folder.load()
        #expect(data.subjects.isEmpty && data.excluded.count == 2)
        #expect(data.excluded.allSatisfy { $0.reason.contains("without content") })
    }

    @Test func masksAndBrainsAreFoundAndAControlsMaskIsNotUsed() throws {
        let folder = try Folder()
        try folder.put("participants.tsv", Self.table + "sub-1\tfcd\tn/a\nsub-2\thc\tn/a\nsub-3\tfcd\tn/a\n")
        for number in 1...3 {
            try folder.scan("sub-\(number)/anat/sub-\(number)_acq-t_T1w")
            try folder.scan("sub-\(number)/anat/sub-\(number)_acq-a_FLAIR")
            if number < 3 { try folder.put("sub-\(number)/anat/sub-\(number)_acq-a_FLAIR_roi.nii.gz") }
        }
        try folder.put("derivatives/brain/sub-1/anat/sub-1_acq-a_FLAIR_desc-brain_mask.nii.gz")
        try folder.put("derivatives/brain/sub-1/anat/sub-1_acq-t_T1w_desc-brain_mask.nii.gz")
        let data = try folder.load()
        let patient = data.subjects[0].scans
        #expect(patient[.flair]?.mask?.hasSuffix("FLAIR_roi.nii.gz") == true)
        #expect(patient[.t1w]?.mask == patient[.flair]?.mask)
        #expect(patient[.flair]?.brain?.hasSuffix("acq-a_FLAIR_desc-brain_mask.nii.gz") == true)
        #expect(patient[.t1w]?.brain?.hasSuffix("acq-t_T1w_desc-brain_mask.nii.gz") == true)
        #expect(data.subjects[1].scans[.flair]?.mask == nil && data.subjects[2].scans[.flair]?.mask == nil)
        #expect(data.summary.contains("1 controls have a lesion mask"))
        #expect(data.summary.contains("1 patients have no lesion mask"))
    }

    @Test(arguments: [
        "", "participant_id\tgroup\n", "participant_id\tsex\nsub-1\tF\n", "participant_id\tgroup\nsub-1\n",
        "participant_id\tgroup\nsub-1\thc\nsub-1\tfcd\n", "participant_id\tgroup\n../etc\thc\n",
        "participant_id\tgroup\tsex\tsex\nsub-1\thc\tF\tF\n",
    ])
    func aTableThatCannotBeTrustedIsRefused(table: String) throws {
        let folder = try Folder()
        try folder.put("participants.tsv", table)
        let error = #expect(throws: TrainingError.self) { try folder.load() }
        #expect(error?.code == .dataSetInvalid)
    }

    @Test func aFolderWithoutTheTableIsRefusedWithoutItsPath() {
        let error = #expect(throws: TrainingError.self) { try Dataset.load(root: "/no/such/place") }
        #expect(error?.code == .dataSetInvalid && error?.description.contains("place") == false)
    }
}
