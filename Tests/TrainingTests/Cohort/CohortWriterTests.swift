import Foundation
import Imaging
import Screening
import Simulation
import Synchronization
import Testing
import Training

@Suite struct CohortWriterTests {
    private func withFolder<Result>(_ work: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("cohort-" + UUID().uuidString)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        return try work(folder.path)
    }

    /// So coarse that a head takes a moment only.
    private func tiny(controls: Int = 1, patients: Int = 1) -> CohortPlan {
        var plan = CohortPlan()
        plan.controls = controls
        plan.patients = patients
        plan.acquisition.spacingMM = 8
        plan.anatomy.latticeMM = 6
        plan.lesion.millilitres = 12...20
        return plan
    }

    private func paired(_ plan: CohortPlan) -> CohortPlan {
        var plan = plan
        plan.paired = true
        return plan
    }

    /// Every file but the hidden ones, by its path.
    private func contents(_ folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) where !name.hasPrefix(".") {
            files[name] = FileManager.default.contents(atPath: folder + "/" + name)
        }
        return files
    }

    @Test func aCohortIsADataSetThatTheReaderTakes() throws {
        try withFolder { folder in
            let lines = Mutex<[String]>([])
            let outcome = try CohortWriter(tiny(), folder: folder, threads: 1).run { line in
                lines.withLock { $0.append(line) }
            }
            #expect(outcome == CohortOutcome(controls: 1, patients: 1, kept: 0))
            #expect(lines.withLock { $0.last } == "2 of 2 subjects")
            let data = try Dataset.load(root: folder)
            #expect(data.excluded.isEmpty && data.subjects.map(\.group) == [.control, .fcd])
            try #require(data.subjects.count == 2)
            let (control, patient) = (data.subjects[0], data.subjects[1])
            #expect(control.severity == nil && control.lesionMillilitres == nil && control.pair == nil)
            #expect(try #require(patient.severity) >= 0.3)
            let scan = try #require(patient.scans[.flair])
            let image = try NIfTIFile.read(scan.image)
            let mask = try NIfTIFile.read(#require(scan.mask))
            let brain = try NIfTIFile.read(#require(scan.brain))
            #expect(image.header.datatype == .int16 && mask.header.datatype == .uint8)
            #expect(mask.volume.grid == image.volume.grid && brain.volume.grid == image.volume.grid)
            #expect(image.volume.grid.spacingMM.max() < 8.01)
            let millilitres = mask.volume.voxels.reduce(0, +) * 0.512
            #expect(abs(Double(millilitres) - (patient.lesionMillilitres ?? 0)) < 0.01)
            #expect(control.scans[.flair]?.mask == nil)
            let plan = try String(contentsOfFile: folder + "/cohort.toml", encoding: .utf8)
            #expect(plan.hasPrefix("# Made by version \(SimulationVersion.current) of the simulation.\n"))
            let description = try String(contentsOfFile: folder + "/dataset_description.json", encoding: .utf8)
            #expect(description.contains("nobody in this data set is real"))
            #expect(description.contains("\"Version\" : \"\(SimulationVersion.current)\""))
        }
    }

    @Test func theNumberOfThreadsChangesNoByte() throws {
        let one = try withFolder { folder in
            _ = try CohortWriter(tiny(), folder: folder, threads: 1).run { _ in }
            return try contents(folder)
        }
        let two = try withFolder { folder in
            _ = try CohortWriter(tiny(), folder: folder, threads: 2).run { _ in }
            return try contents(folder)
        }
        #expect(one.keys.sorted() == two.keys.sorted() && one == two)
    }

    @Test func whatWasInterruptedIsContinued() throws {
        try withFolder { folder in
            let writer = try CohortWriter(tiny(), folder: folder, threads: 1)
            _ = try writer.run { _ in }
            let whole = try contents(folder)
            let image = try #require(whole.keys.first { $0.hasPrefix("sub-00002") && $0.hasSuffix("_T1w.nii.gz") })
            try Data("half".utf8).write(to: URL(fileURLWithPath: folder + "/" + image))
            try FileManager.default.removeItem(atPath: folder + "/participants.tsv")
            #expect(try writer.run { _ in } == CohortOutcome(controls: 1, patients: 1, kept: 1))
            #expect(try contents(folder) == whole)
        }
    }

    @Test func aFolderOfSomethingElseIsLeftAlone() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: folder + "/mine"))
            let error = #expect(throws: TrainingError.self) {
                try CohortWriter(tiny(), folder: folder).run { _ in }
            }
            #expect(error?.code == .runMismatch)
        }
        try withFolder { folder in
            _ = try CohortWriter(tiny(controls: 1, patients: 0), folder: folder).run { _ in }
            let error = #expect(throws: TrainingError.self) {
                try CohortWriter(tiny(controls: 0, patients: 1), folder: folder).run { _ in }
            }
            #expect(error?.code == .runMismatch)
        }
    }

    @Test func aCohortOfAnotherSimulationIsNotContinued() throws {
        try withFolder { folder in
            let writer = try CohortWriter(tiny(controls: 1, patients: 0), folder: folder, threads: 1)
            _ = try writer.run { _ in }
            let path = folder + "/cohort.toml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let older = text.replacing("version \(SimulationVersion.current) of", with: "version 0 of")
            #expect(older != text)
            try Data(older.utf8).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: TrainingError.self) { try writer.run { _ in } }
            #expect(error?.code == .runMismatch)
        }
    }

    @Test func bothOfAPairAreTheSameHeadButForTheLesion() throws {
        try withFolder { folder in
            var plan = tiny()
            plan.paired = true
            plan.lesion.severity = 1...1
            _ = try CohortWriter(plan, folder: folder).run { _ in }
            let data = try Dataset.load(root: folder)
            #expect(Set(data.subjects.map(\.pair)) == ["p00001"])
            try #require(data.subjects.count == 2)
            let images = try data.subjects.map { try NIfTIFile.read($0.scans[.flair]?.image ?? "").volume }
            #expect(images[0].grid == images[1].grid)
            let changed = zip(images[0].voxels, images[1].voxels).count { $0 != $1 }
            #expect(changed > 0 && changed < images[0].voxels.count / 20)
        }
    }

    /// A ball of white matter in a wavy shell of grey matter, as two files.
    private func writeMaps(to folder: String, greyOf top: Float = 1) throws -> (grey: String, white: String) {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let shape: SIMD3<Int> = [48, 60, 48]
        let grid = VoxelGrid(shape: shape, affineRAS: Affine(spacing: [3, 3, 3], origin: [-70.5, -106.5, -60]))
        var (grey, white) = (Volume(grid: grid), Volume(grid: grid))
        for i in 0..<shape.x {
            for j in 0..<shape.y {
                for k in 0..<shape.z {
                    let q = (grid.affineRAS([Double(i), Double(j), Double(k)]) - [0, -18, 14]) / [60, 78, 58]
                    let r = (q * q).sum().squareRoot() * (1 + 0.04 * Double((i / 4 + j / 4 + k / 4) % 2))
                    white[i, j, k] = r < 0.86 ? 1 : 0
                    grey[i, j, k] = r >= 0.86 && r < 0.98 ? top : 0
                }
            }
        }
        let names = (grey: folder + "/grey.nii.gz", white: folder + "/white.nii.gz")
        try NIfTIFile.write(grey, to: names.grey)
        try NIfTIFile.write(white, to: names.white)
        return names
    }

    @Test func mapsAreNamedByTheirContentAndThePlanRunsAgain() throws {
        try withFolder { folder in
            let names = try writeMaps(to: folder + "/maps")
            var plan = tiny()
            plan.maps.share = 1
            (plan.maps.grey, plan.maps.white) = names
            _ = try CohortWriter(plan, folder: folder + "/first", threads: 1).run { _ in }
            let written = folder + "/first/cohort.toml"
            let text = try String(contentsOfFile: written, encoding: .utf8)
            #expect(text.contains("\"grey.nii.gz\"") && !text.contains(folder))
            // The files do not lie beside the plan: they must be named.
            let read = try SettingsFile.load(CohortPlan(), path: written)
            let missing = #expect(throws: TrainingError.self) {
                try CohortWriter(read, folder: folder + "/second", beside: written)
            }
            #expect(missing?.code == .unreadable && missing?.message.contains("--set maps.grey=FILE") == true)
            let moved = try writeMaps(to: folder + "/moved")
            let overrides = ["maps.grey=\(moved.grey)", "maps.white=\(moved.white)"]
            let again = try SettingsFile.load(CohortPlan(), path: written, overrides: overrides)
            _ = try CohortWriter(again, folder: folder + "/second", beside: written, threads: 1).run { _ in }
            #expect(try contents(folder + "/first") == contents(folder + "/second"))
            _ = try writeMaps(to: folder + "/moved", greyOf: 2)
            let other = #expect(throws: TrainingError.self) {
                try CohortWriter(again, folder: folder + "/third", beside: written)
            }
            #expect(other?.code == .settingsInvalid && other?.subject == "maps.grey")
        }
    }

    @Test func aScanWithoutSkullStandsForBothMaps() throws {
        try withFolder { folder in
            let names = try writeMaps(to: folder + "/maps")
            let (grey, white) = (try NIfTIFile.read(names.grey).volume, try NIfTIFile.read(names.white).volume)
            var t1w = grey
            // Spotted, so that all three tissues are common enough to be told.
            t1w.voxels = zip(grey.voxels, white.voxels).enumerated().map { at, pair in
                pair.1 > 0 ? (at % 3 == 0 ? 80 : 120) : pair.0 > 0 ? (at % 7 == 0 ? 40 : 80) : 0
            }
            try NIfTIFile.write(t1w, to: folder + "/one.nii.gz")
            var plan = tiny()
            plan.maps.share = 1
            plan.maps.t1w = folder + "/one.nii.gz"
            _ = try CohortWriter(plan, folder: folder + "/cohort", threads: 1).run { _ in }
            let made = try SettingsFile.load(CohortPlan(), path: folder + "/cohort/cohort.toml")
            #expect(made.maps.t1w == "one.nii.gz" && made.maps.t1wSHA256.count == 64)
            plan.maps.grey = names.grey
            let both = #expect(throws: TrainingError.self) { try CohortWriter(plan, folder: folder + "/x") }
            #expect(both?.code == .settingsInvalid && both?.subject == "maps.t1w")
        }
    }

    @Test func mapsThatAreNotThereAreRefused() {
        var plan = tiny()
        plan.maps.share = 1
        plan.maps.grey = "/no/such/place/grey.nii"
        plan.maps.white = "/no/such/place/white.nii"
        let error = #expect(throws: TrainingError.self) { try CohortWriter(plan, folder: "x") }
        #expect(error?.code == .unreadable && error?.description.contains("place") == false)
    }

    @Test func lesionsGoIntoGivenScansAndControlsKeepThem() throws {
        try withFolder { folder in
            var plan = tiny(controls: 1, patients: 0)
            plan.acquisition.stripped = true
            plan.acquisition.spacingMM = 5
            _ = try CohortWriter(plan, folder: folder).run { _ in }
            let given = try #require(try Dataset.load(root: folder).subjects.first)
            let scan = RealScan(t1w: given.scans[.t1w]?.image ?? "", flair: given.scans[.flair]?.image ?? "")
            let output = folder + "/implants"
            plan.patients = 2
            plan.testShare = 0.2
            plan.lesion.severity = 0.9...1
            #expect(Set(paired(plan).people.map(\.isTest)).count == 2, "of its own a pair would divide")
            let outcome = try ImplantWriter(plan, scans: [scan], folder: output).run { _ in }
            #expect(outcome == CohortOutcome(controls: 2, patients: 2))
            let data = try Dataset.load(root: output)
            try #require(data.subjects.count == 4)
            // Two pairs, and one head.
            #expect(Set(data.subjects.map(\.pair)).count == 2 && Set(data.subjects.map(\.source)) == ["s1"])
            #expect(Set(data.subjects.map { $0.attributes["split"] }).count == 1)
            let original = try NIfTIFile.read(scan.flair).volume
            let without = try NIfTIFile.read(data.subjects[0].scans[.flair]?.image ?? "").volume
            let with = try NIfTIFile.read(data.subjects[1].scans[.flair]?.image ?? "").volume
            #expect(without == original && with.grid == original.grid && with.voxels != original.voxels)
            #expect(try #require(data.subjects[1].severity) >= 0.9)
            #expect(data.subjects[0].pair == data.subjects[1].pair && data.subjects[0].pair != nil)
            let error = #expect(throws: TrainingError.self) {
                try ImplantWriter(plan, scans: [RealScan(t1w: scan.flair, flair: scan.t1w)], folder: output).run { _ in
                }
            }
            #expect(error?.code == .runMismatch)
        }
    }

    @Test func scansThatAreNotThereAreRefused() {
        let error = #expect(throws: TrainingError.self) {
            try ImplantWriter(tiny(), scans: [RealScan(t1w: "/no/such/place", flair: "")], folder: "x")
        }
        #expect(error?.code == .unreadable && error?.description.contains("place") == false)
    }
}
