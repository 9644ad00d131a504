import Foundation
import Screening
import Testing
import Training

@Suite struct FoldPlanTests {
    /// Controls and patients with FLAIR scans of the acquisitions given, the first label being `sub-00001`.
    private func cohort(_ groups: [(Subject.Group, String, Int)]) -> [Subject] {
        var subjects: [Subject] = []
        for (group, acquisition, count) in groups {
            for _ in 0..<count {
                let number = String(subjects.count + 1)
                subjects.append(
                    Subject(
                        id: "sub-" + String(repeating: "0", count: 5 - number.count) + number, group: group,
                        scans: [.flair: .init(image: "", acquisition: acquisition)]))
            }
        }
        return subjects
    }

    /// The FLAIR scans of ds004199.
    private var paper: [Subject] {
        cohort([(.control, "T2sel", 85), (.fcd, "T2sel", 41), (.fcd, "tse3dvfl", 36), (.fcd, "32ch10", 1)])
    }

    private func make(_ subjects: [Subject], _ change: (inout TrainingProtocol.Folds) -> Void = { _ in }) throws
        -> FoldPlan
    {
        var settings = TrainingProtocol.Folds()
        change(&settings)
        return try FoldPlan.make(subjects: subjects, modality: .flair, settings: settings)
    }

    @Test func everySubjectIsTestedOnceAndInOnePartOfEachFold() throws {
        let plan = try make(paper)
        #expect(plan.folds.flatMap(\.test).sorted() == paper.map(\.id))
        for fold in plan.folds {
            #expect((fold.train + fold.validation + fold.test).sorted() == paper.map(\.id))
            #expect(fold.train == fold.train.sorted())
        }
        try plan.validate()
    }

    @Test func groupsAndAcquisitionsAreSharedOutEvenly() throws {
        let subjects = paper
        let plan = try make(subjects)
        let stratum = Dictionary(
            uniqueKeysWithValues: subjects.map { ($0.id, $0.group.rawValue + ($0.scans[.flair]?.acquisition ?? "")) })
        for name in Set(stratum.values) {
            let tests = plan.folds.map { $0.test.count { stratum[$0] == name } }
            #expect((tests.max() ?? 0) - (tests.min() ?? 0) <= 1, "\(name)")
            for fold in plan.folds {
                let rest = (fold.train + fold.validation).count { stratum[$0] == name }
                let exact = Double(rest) * 0.2
                #expect(abs(Double(fold.validation.count { stratum[$0] == name }) - exact) < 1, "\(name)")
            }
        }
        for fold in plan.folds {
            #expect((32...33).contains(fold.test.count))
            #expect(fold.test.count { stratum[$0] == "hcT2sel" } == 17)
            #expect((25...27).contains(fold.validation.count))
        }
    }

    @Test func theSameSeedGivesTheSameFoldsInWhateverOrderSubjectsCome() throws {
        #expect(try make(paper) == make(paper.reversed()))
        #expect(try make(paper).folds != make(paper) { $0.seed = 2 }.folds)
    }

    @Test func pairsAreNeverDivided() throws {
        var subjects = cohort([(.control, "a", 12), (.fcd, "a", 12)])
        for index in subjects.indices { subjects[index].attributes["pair"] = "p\(index % 12)" }
        let pairs = Dictionary(uniqueKeysWithValues: subjects.map { ($0.id, $0.pair ?? "") })
        for fold in try make(subjects).folds {
            for part in [fold.train, fold.validation, fold.test] {
                let members = Dictionary(grouping: part) { pairs[$0] ?? "" }
                #expect(members.values.allSatisfy { $0.count == 2 })
                #expect(!part.isEmpty)
            }
        }
    }

    @Test func oneAcquisitionCanBeAskedFor() throws {
        let plan = try make(paper) { $0.acquisition = "T2sel" }
        #expect(plan.folds.flatMap(\.test).count == 126)
    }

    @Test func subjectsWithoutTheModalityAreInNoFold() throws {
        var subjects = cohort([(.control, "a", 10), (.fcd, "a", 10)])
        subjects[0].scans = [.t1w: .init(image: "")]
        #expect(try make(subjects).folds.flatMap(\.test).count == 19)
    }

    @Test(arguments: [(4, 20), (20, 4), (0, 20), (2, 2)])
    func tooFewOfAGroupAreRefused(controls: Int, patients: Int) {
        let error = #expect(throws: TrainingError.self) {
            try make(cohort([(.control, "a", controls), (.fcd, "a", patients)]))
        }
        #expect(error?.code == .tooFewSubjects)
        #expect(error?.message.hasPrefix("\(controls) controls and \(patients) patients") == true)
    }

    @Test func aRareGroupStillValidates() throws {
        let plan = try make(cohort([(.control, "a", 40), (.fcd, "a", 5)]))
        #expect(plan.folds.allSatisfy { fold in fold.validation.contains { $0 > "sub-00040" } })
    }

    @Test func aStoredPlanIsReadAgain() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let path = folder.appendingPathComponent("folds.json").path
        let plan = try make(paper)
        try plan.store(path)
        #expect(try FoldPlan.load(path) == plan)
        #expect(throws: TrainingError.self) { try FoldPlan.load(path + "x") }
        #expect(throws: TrainingError.self) { try plan.store(path + "/x") }
        var twice = plan
        twice.folds[0].train.append(twice.folds[0].test[0])
        try twice.store(path)
        #expect(throws: TrainingError.self) { try FoldPlan.load(path) }
    }

    @Test func whateverWasMadeFromOneScanStaysTogether() throws {
        // Twelve pairs of implants into six scans.
        var subjects = cohort([(.control, "real", 12), (.fcd, "real", 12)])
        for place in subjects.indices {
            subjects[place].attributes = ["pair": "p\(place % 12)", "source": "s\(place % 6)"]
        }
        let plan = try make(subjects) { $0.count = 3 }
        let source = Dictionary(uniqueKeysWithValues: subjects.map { ($0.id, $0.source) })
        for fold in plan.folds {
            let parts = [fold.train, fold.validation, fold.test].map { Set($0.map { source[$0] }) }
            #expect(parts.map(\.count).reduce(0, +) == 6)
        }
        // One scan cannot be shared out at all.
        for place in subjects.indices { subjects[place].attributes["source"] = "s1" }
        #expect(throws: TrainingError.self) { try make(subjects) }
    }
}
