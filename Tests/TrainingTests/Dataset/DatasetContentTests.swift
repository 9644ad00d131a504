import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct DatasetContentTests {
    /// A FLAIR image of noise per subject; of the same number the same image.
    private static func subjects(_ images: [Int], in folder: String, as ending: String) throws -> [Subject] {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try images.enumerated().map { place, number in
            let path = "\(folder)/sub-\(place).\(ending)"
            try NIfTIFile.write(Cohort.scan(number).volume, to: path)
            return Subject(id: "sub-\(place)", group: .control, scans: [.flair: Subject.Scan(image: path)])
        }
    }

    private static func content(_ images: [Int], in folder: String, as ending: String = "nii") throws -> DatasetContent
    {
        DatasetContent(
            of: try subjects(images, in: folder, as: ending), root: folder, modalities: [.flair], threads: 2)
    }

    private static func refusal(_ one: DatasetContent, _ other: DatasetContent) -> TrainingError? {
        do throws(TrainingError) {
            try one.requireApart(from: other, .flair, name: "The one", seen: "the other")
            return nil
        } catch {
            return error
        }
    }

    @Test func anImageIsFoundAgainUnderAnotherNameAndPackedOtherwise() throws {
        try withRunFolder { folder in
            let seen = try Self.content([1, 3, 5], in: folder + "/seen")
            let shared = try Self.content([7, 9, 3], in: folder + "/shared", as: "nii.gz")
            let error = Self.refusal(shared, seen)
            #expect(error?.code == .settingsInvalid && error?.subject == "sub-2")
            #expect(error?.message.contains("1 of its subjects") == true)
            #expect(try Self.refusal(Self.content([7, 9], in: folder + "/other"), seen) == nil)
        }
    }

    @Test func oneVoxelMakesAnotherImage() throws {
        try withRunFolder { folder in
            let seen = try Self.content([2], in: folder + "/seen")
            // The patient of the pair: the same noise with a bright ball.
            #expect(try Self.refusal(Self.content([3], in: folder + "/pair"), seen) == nil)
            #expect(try Self.refusal(Self.content([2], in: folder + "/same"), seen) != nil)
        }
    }

    @Test func headsOfOneSeedAreTheSamePeopleHoweverTheyAreScanned() throws {
        try withRunFolder { folder in
            func cohort(_ name: String, seed: Int, maps: Double = 0, anatomy: String = "folded") throws
                -> DatasetContent
            {
                let root = "\(folder)/\(name)"
                try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
                let text = "seed = \(seed)\ncontrols = 2\npatients = 2\n[maps]\nshare = \(maps)\n"
                try Data(text.utf8).write(to: URL(filePath: root + "/cohort.toml"))
                let subject = Subject(id: "sub-1", group: .control, scans: [:], attributes: ["anatomy": anatomy])
                return DatasetContent(of: [subject], root: root, modalities: [.flair], threads: 1)
            }
            let seen = try cohort("seen", seed: 7)
            let error = try Self.refusal(cohort("again", seed: 7), seen)
            #expect(error?.code == .settingsInvalid && error?.message.contains("4 heads") == true)
            #expect(try Self.refusal(cohort("other", seed: 8), seen) == nil)
            #expect(try Self.refusal(cohort("maps", seed: 7, maps: 1), seen) == nil)
            #expect(try Self.refusal(cohort("implants", seed: 7, anatomy: "scan"), seen) == nil)
        }
    }

    @Test func theFingerprintIsOfSubjectsGroupsAndImages() throws {
        try withRunFolder { folder in
            let first = try Self.content([1, 2], in: folder + "/first")
            #expect(try Self.content([1, 2], in: folder + "/copy", as: "nii.gz").fingerprint == first.fingerprint)
            #expect(try Self.content([2, 1], in: folder + "/turned").fingerprint != first.fingerprint)
            var subjects = try Self.subjects([1, 2], in: folder + "/ill", as: "nii")
            subjects[1].group = .fcd
            let ill = DatasetContent(of: subjects, root: folder + "/ill", modalities: [.flair], threads: 1)
            #expect(ill.fingerprint != first.fingerprint)
        }
    }

    @Test func theWordsNameWhatASimulatedDataSetWasMadeFrom() throws {
        try withRunFolder { folder in
            try Data("seed = 303\n".utf8).write(to: URL(filePath: folder + "/cohort.toml"))
            let subject = Subject(id: "sub-1", group: .control, scans: [:], attributes: ["anatomy": "maps"])
            let words = DataWords.describe([subject], root: folder, fingerprint: "0123456789abcdef")
            #expect(words.contains("seed 303, tissue maps; data set 0123456789ab)"))
            #expect(!DataWords.describe([], root: "/no/such/place", fingerprint: "").contains("seed"))
        }
    }

    @Test func headsOfOneTemplateAreALimitOfTheModel() throws {
        try withRunFolder { folder in
            func subject(_ anatomy: String) -> Subject {
                Subject(id: "sub-1", group: .control, scans: [:], attributes: ["anatomy": anatomy])
            }
            let sets = [("trained", [subject("folded")], folder), ("measured", [subject("maps")], folder)]
            let standard = try #require(DataWords.mapsLimit(sets))
            #expect(standard.contains("was measured on") && standard.contains("by 1.6 to 2.8 mm coarsely"))
            try Data("[anatomy]\ncoarseWarpMM = [4.0, 9.0]\n".utf8).write(to: URL(filePath: folder + "/cohort.toml"))
            #expect(try #require(DataWords.mapsLimit(sets)).contains("by 4 to 9 mm coarsely"))
            #expect(DataWords.mapsLimit([sets[0]]) == nil)
        }
    }
}
