import Foundation
import Imaging
import Screening
import Testing
import Training

@Suite struct EvaluationTests {
    @Test func rowsAreWhatTheServiceSays() throws {
        try withCohort(pairs: 2) { cohort in
            let bundle = try cohort.bundle()
            let rows = try Evaluation.rows(of: cohort.subjects, with: bundle, fold: 3, threads: 2)
            #expect(rows.map(\.subject) == cohort.subjects.map(\.id))
            for (row, subject) in zip(rows, cohort.subjects) {
                let scan = try NIfTIFile.read(#require(subject.scans[.flair]).image).volume
                let prepared = try bundle.manifest.preprocessing.prepare(scan, input: .fullHead)
                let found = try Ensemble.score(prepared, with: bundle, threads: 2)
                #expect(row.score == found.score.mean && row.memberScores == found.score.members.map(\.score))
                #expect(row.refusal == nil && row.fold == 3 && row.acquisition == "T2sel" && row.threshold == 0.5)
                guard subject.group == .fcd else {
                    #expect(row.heatScore == nil && row.peakDistanceMM == nil)
                    continue
                }
                let mask = try NIfTIFile.read(#require(subject.scans[.flair]?.mask)).volume
                let brain = try NIfTIFile.read(#require(subject.scans[.flair]?.brain)).volume
                let heat = Heatmap.onScan(found.meanMap.rectified.volume, scan: prepared.volume.grid)
                #expect(row.heatScore == HeatScore.measure(heat: heat, mask: mask, brain: brain))
                #expect(row.heatScore?.brain != nil && row.heatScore?.croppedMaskVoxels == 0)
                let peak = Heatmap.summary(mean: found.meanMap, members: found.maps, scan: scan.grid).peaks.first
                #expect(row.peakDistanceMM == peak.flatMap { PeakDistance.measure(from: $0.positionRASMM, to: mask) })
                #expect(row.severity == subject.severity && row.lesionMillilitres == subject.lesionMillilitres)
            }
        }
    }

    /// The lesion is the brightest thing in the brain, so the image itself is a good map; and every head has it in one place,
    /// so another's mask is as good as its own.
    @Test func baselinesAreMeasured() throws {
        try withCohort(pairs: 2) { cohort in
            let rows = try Evaluation.rows(of: cohort.subjects, with: cohort.bundle(), fold: nil, threads: 1)
            for row in rows where row.group == .fcd {
                #expect(try #require(row.heatScoreOfImage?.brain) > 3)
                let (own, other) = (try #require(row.heatScore), try #require(row.heatScoreOfOtherMask))
                #expect(abs(other.maskVoxels - own.maskVoxels) <= own.maskVoxels / 2)
                #expect((other.whole == nil) == (own.whole == nil))
            }
        }
    }

    @Test func scansThatCannotBeScoredAreRefusedByCode() throws {
        try withCohort(pairs: 1) { cohort in
            let bundle = try cohort.bundle()
            var subjects = cohort.subjects
            subjects[0].scans[.flair]?.image = cohort.folder.appending(path: "absent.nii.gz").path
            var manifest = bundle.manifest
            manifest.preprocessing.cutLimit = 0
            manifest.preprocessing.shape = [33, 33, 33]
            let narrow = try bundle.replacingManifest(by: manifest, threads: 1)
            let rows = try Evaluation.rows(of: subjects, with: narrow, fold: nil, threads: 1)
            #expect(rows.map(\.refusal) == ["NIFTI_UNREADABLE", "HEAD_OUTSIDE_CROP"])
            #expect(rows.allSatisfy { $0.memberScores.isEmpty })
        }
    }

    @Test func anUnreadableMaskEndsTheEvaluation() throws {
        try withCohort(pairs: 1) { cohort in
            var subjects = cohort.subjects
            subjects[1].scans[.flair]?.mask = cohort.folder.appending(path: "absent.nii.gz").path
            let bundle = try cohort.bundle()
            #expect(throws: TrainingError.self) {
                try Evaluation.rows(of: subjects, with: bundle, fold: nil, threads: 1)
            }
        }
    }
}
