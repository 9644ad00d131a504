import Screening
import Testing
import Training

@Suite struct SummaryTests {
    /// Six patients of rising severity, of whom the three upper are found, and four controls, one of whom is flagged.
    private static let rows: [ScanRow] =
        (0..<6).map { n in
            var row = ScanRow.sample("sub-p\(n)", .fcd, score: 0.2 + 0.11 * Double(n))
            row.severity = 0.1 * Double(n + 1)
            row.lesionMillilitres = Double(10 - n)
            row.heatScore = HeatScore(whole: 1, brain: 1, maskVoxels: 9, croppedMaskVoxels: 0)
            row.peakDistanceMM = n == 5 ? 30 : 2
            return row
        } + (0..<4).map { .sample("sub-c\($0)", .control, score: $0 == 0 ? 0.6 : 0.1) }

    @Test func figuresAreCounted() {
        var refused = ScanRow.sample("sub-x", .fcd, score: 0)
        refused.refusal = "NOT_3D"
        let summary = EvaluationSummary(Self.rows + [refused], modality: .flair)
        #expect(summary.all.patients == 6 && summary.all.controls == 4 && summary.all.refused == 1)
        #expect(summary.all.sensitivity == Proportion(3, of: 6))
        #expect(summary.all.specificity == Proportion(3, of: 4))
        #expect(summary.all.accuracy == Proportion(6, of: 10))
        #expect(summary.all.peakNear == Proportion(2, of: 3))
        #expect(summary.markdown.contains("1 scans got no score"))
    }

    /// Twenty scans, of which the first feature tells the groups, and the acquisition too where `isConfounded`.
    private static func scans(isConfounded: Bool) -> (scored: [Evaluation.Scored], subjects: [Subject]) {
        var (scored, subjects): ([Evaluation.Scored], [Subject]) = ([], [])
        for n in 0..<20 {
            let group: Subject.Group = n % 2 == 0 ? .control : .fcd
            let acquisition = isConfounded && group == .fcd ? "old" : "new"
            subjects.append(
                Subject(
                    id: "sub-\(n)", group: group, scans: [.flair: Subject.Scan(image: "", acquisition: acquisition)]))
            scored.append(
                Evaluation.Scored(
                    row: .sample("sub-\(n)", group, score: 0.5), logits: [],
                    features: [Double(n % 2) + 0.01 * Double(n), 1]))
        }
        return (scored, subjects)
    }

    @Test func whatNeedsNoLesionIsMeasuredOnTheSameScans() throws {
        let (scored, subjects) = Self.scans(isConfounded: true)
        var summary = EvaluationSummary(scored.map(\.row), modality: .flair)
        #expect(!summary.markdown.contains("baseline"))
        summary.measureBaselines(scored, of: subjects, seed: 1)
        #expect(summary.protocolBaseline?.auc?.auc == 1 && summary.intensityBaseline?.auc?.auc == 1)
        #expect(summary.markdown.contains("| protocol-only baseline | 1.000 |"))
        #expect(summary.markdown.contains("| intensity baseline | 1.000 |"))
        let (fair, others) = Self.scans(isConfounded: false)
        var second = EvaluationSummary(fair.map(\.row), modality: .flair)
        second.measureBaselines(fair, of: others, seed: 1)
        #expect(try #require(second.protocolBaseline?.auc?.auc) <= 0.5)
        // One group alone tells nothing.
        var controls = EvaluationSummary([], modality: .flair)
        controls.measureBaselines(scored.filter { $0.row.group == .control }, of: subjects, seed: 1)
        #expect(controls.protocolBaseline == nil && controls.intensityBaseline == nil)
    }

    @Test func thirdsGoFromMildToSevereAndFromSmallToLarge() {
        let summary = EvaluationSummary(Self.rows, modality: .flair)
        #expect(summary.bySeverity.map(\.sensitivity.successes) == [0, 1, 2])
        #expect(summary.byVolume.map(\.sensitivity.successes) == [2, 1, 0])
        #expect(summary.bySeverity.map(\.name).first == "severity 0.10 to 0.20")
        #expect(summary.bySeverity.allSatisfy { $0.controls == 4 })
        #expect(EvaluationSummary(Self.rows, modality: .t1w).all.patients == 0)
    }

    @Test func studiesAreJudgedByTheServicesRule() {
        let rows: [ScanRow] = [
            // Flagged by FLAIR alone.
            .sample("a", .fcd, score: 0.1, modality: .t1w), .sample("a", .fcd, score: 0.9),
            // Two members of three over the threshold, their mean below.
            .sample("b", .fcd, score: 0.4, members: [0.55, 0.55, 0.1]), .sample("b", .fcd, score: 0.1, modality: .t1w),
            .sample("c", .control, score: 0.1), .sample("d", .control, score: 0.6),
        ]
        var refused = ScanRow.sample("e", .control, score: 0)
        refused.refusal = "NOT_3D"
        let study = StudySummary(rows + [refused])
        #expect(study.sensitivity == Proportion(1, of: 2) && study.specificity == Proportion(1, of: 2))
        #expect(study.indeterminatePatients == 1 && study.notAssessable == 1)
        #expect(study.operatingPoint(data: "made up")?.subjects == 4)
    }
}
