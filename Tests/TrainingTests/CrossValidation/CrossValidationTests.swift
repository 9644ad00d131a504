import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct CrossValidationTests {
    private static func run(
        _ cohort: TinyCohort, _ options: CrossValidation.Options = .init(), trained: (Int) -> Void = { _ in }
    ) throws -> (CrossValidation, CrossValidation.Result) {
        let validation = CrossValidation(
            settings: TinyCohort.settings, modality: .flair, subjects: cohort.subjects, plan: cohort.plan,
            folder: cohort.folder.appending(path: "run").path, options: options, threads: 2)
        let result = try validation.run { subjects, fold, index, _ in
            trained(index)
            return TinyCohort.pretendToTrain(subjects, fold, index)
        }
        return (validation, result)
    }

    @Test func everyoneIsTestedOnceByTheMemberThatNeverSawThem() throws {
        try withCohort(pairs: 4) { cohort in
            let (validation, result) = try Self.run(cohort)
            #expect(result.rows.map(\.subject).sorted() == cohort.subjects.map(\.id).sorted())
            for row in result.rows {
                #expect(cohort.plan.folds[try #require(row.fold)].test.contains(row.subject))
                #expect(row.memberScores.count == 1)
            }
            let outcome = validation.outcome(result, note: "A test.")
            try validation.write(outcome, result)
            #expect(outcome.folds.count == 2 && outcome.controls == 4 && outcome.patients == 4)
            // One acquisition for all: the scanner tells nothing.
            #expect(outcome.protocolBaseline?.auc?.auc == 0.5)
            let summary = try String(contentsOfFile: validation.folder.file("summary.md"), encoding: .utf8)
            #expect(summary.contains("protocol-only baseline") && summary.contains("intensity baseline"))
            let table = try String(contentsOfFile: validation.folder.file("scans.csv"), encoding: .utf8)
            #expect(table.split(whereSeparator: \.isNewline).count == 9)
            // Each patient that was flagged may be a case of the figure; where none is, it says so.
            #expect(Set(result.spreads.keys) == Set(cohort.subjects.filter { $0.group == .fcd }.map(\.id)))
            try validation.writeFigure(result, data: "a test")
            let figure = try String(contentsOfFile: validation.folder.file("figure2.svg"), encoding: .utf8)
            #expect(figure.contains("<svg") && figure.contains("a test, FLAIR, resnet18"))
        }
    }

    @Test func aRunGoesOnWithTheSameResultAndRefusesAnother() throws {
        try withCohort(pairs: 4) { cohort in
            let first = try Self.run(cohort, .init(limitFolds: 1)).1
            let all = try Self.run(cohort).1
            let again = try Self.run(cohort).1
            #expect(Array(all.rows.prefix(4)) == first.rows && again.rows == all.rows)
            #expect(throws: TrainingError.self) { try Self.run(cohort, .init(shuffleLabels: true)) }
        }
    }

    @Test func aCorrectedMaskOrFactIsMeasuredAgain() throws {
        try withCohort(pairs: 4) { cohort in
            let first = try Self.run(cohort).1.rows
            let patient = try #require(cohort.subjects.first { $0.group == .fcd })
            let place = try #require(first.firstIndex { $0.subject == patient.id })
            let mask = try #require(patient.scans[.flair]?.mask)
            try NIfTIFile.write(TinyCohort.ball(at: TinyCohort.lesion, radiusMM: 24), to: mask)
            let second = try Self.run(cohort).1.rows
            let (before, after) = (first[place].heatScore?.maskVoxels ?? 0, second[place].heatScore?.maskVoxels ?? 0)
            #expect(before > 0 && after > 4 * before && first[place].score == second[place].score)
            var corrected = cohort
            let index = try #require(cohort.subjects.firstIndex { $0.id == patient.id })
            corrected.subjects[index].attributes["severity"] = "0.99"
            #expect(try Self.run(corrected).1.rows[place].severity == 0.99)
        }
    }

    @Test func shuffledLabelsAreTrainedOnAndNotTestedOn() throws {
        try withCohort(pairs: 8) { cohort in
            let result = try Self.run(cohort, .init(shuffleLabels: true)).1
            for row in result.rows {
                #expect(row.group == cohort.subjects.first { $0.id == row.subject }?.group)
            }
            let isChanged = result.labelled.contains { $0.map(\.group) != cohort.subjects.map(\.group) }
            #expect(isChanged)
        }
    }
}
