import ConvNet
import Imaging
import Screening
import Testing
import Training

@Suite struct BaselineTests {
    @Test func acquisitionAloneTellsConfoundedGroupsApart() {
        // As in ds004199: all controls scanned one way, half of the patients another.
        var subjects: [Subject] = []
        for n in 0..<20 {
            subjects.append(
                Subject(
                    id: "sub-\(n)", group: n < 10 ? .control : .fcd,
                    scans: [.flair: Subject.Scan(image: "", acquisition: n < 15 ? "new" : "old")]))
        }
        let ids = subjects.map(\.id)
        let folds = (0..<5).map { fold in
            let test = ids.indices.filter { $0 % 5 == fold }.map { ids[$0] }
            return FoldPlan.Fold(train: ids.filter { !test.contains($0) }, validation: [], test: test)
        }
        let scores = ProtocolBaseline.scores(
            subjects: subjects, modality: .flair, plan: FoldPlan(seed: 1, folds: folds))
        #expect(scores.count == 20)
        #expect(scores["sub-19"] == 1)
        #expect(scores["sub-0"] == 4.0 / 12)
        let labels = subjects.map { $0.group == .fcd }
        let values = ids.compactMap { scores[$0] }
        #expect(ROC.accuracy(scores: values, labels: labels, threshold: 0.5) == 0.75)
        #expect(ROC.auc(scores: values, labels: labels) == 0.75)
    }

    @Test func acquisitionThatTrainingNeverSawGetsTheShareOfAll() {
        let subjects = [("a", Subject.Group.control, "x"), ("b", .fcd, "x"), ("c", .fcd, "x"), ("d", .fcd, "y")].map {
            Subject(id: $0.0, group: $0.1, scans: [.t1w: Subject.Scan(image: "", acquisition: $0.2)])
        }
        let plan = FoldPlan(seed: 1, folds: [.init(train: ["a", "b"], validation: ["c"], test: ["d"])])
        #expect(ProtocolBaseline.scores(subjects: subjects, modality: .t1w, plan: plan) == ["d": 2.0 / 3])
    }

    /// A head-like ball with texture; `spot` brightens a small ball on one side.
    private static func volume(seed: UInt64, spot: Float) -> Volume {
        var volume = Volume(grid: VoxelGrid(shape: [21, 19, 17], affineRAS: .identity))
        var g = SeededGenerator(seed: seed)
        for i in 0..<21 {
            for j in 0..<19 {
                for k in 0..<17 {
                    let d = SIMD3<Float>(Float(i - 10), Float(j - 9), Float(k - 8))
                    guard (d * d).sum() < 60 else { continue }
                    let e = d - [4, 1, 0]
                    volume[i, j, k] = Float(g.normal()) + ((e * e).sum() < 6 ? spot : 0)
                }
            }
        }
        return volume
    }

    @Test func globalIntensitiesFindWhatIsGloballyBrighterAndNothingElse() throws {
        let labels = (0..<40).map { $0 % 2 == 0 }
        let folds = StratifiedFolds.assign(labels: labels, count: 5, seed: 1)
        func measured(_ spot: Float) throws -> ROC.Interval {
            let features = labels.indices.map {
                IntensityBaseline.features(of: Self.volume(seed: UInt64($0), spot: labels[$0] ? spot : 0))
            }
            return try #require(
                IntensityBaseline.measure(features: features, labels: labels, foldOf: folds)?.auc)
        }
        #expect(try measured(3).auc > 0.95)
        let nothing = try measured(0)
        #expect(nothing.lower < 0.5 && nothing.upper > 0.5)
    }

    @Test func featuresAreNamedAndSymmetricHeadsHaveNoAsymmetry() {
        var volume = Self.volume(seed: 1, spot: 0)
        for i in 0..<10 {
            for j in 0..<19 { for k in 0..<17 { volume[20 - i, j, k] = volume[i, j, k] } }
        }
        let features = IntensityBaseline.features(of: volume)
        #expect(features.count == IntensityBaseline.names.count)
        let named = Dictionary(uniqueKeysWithValues: zip(IntensityBaseline.names, features))
        #expect(abs(named["asymmetry maximum"] ?? 1) < 1e-6)
        let bins = named.filter { $0.key.hasPrefix("histogram") }
        #expect(abs(bins.values.reduce(0, +) - 1) < 1e-12)
        let empty = IntensityBaseline.features(of: Volume(grid: volume.grid))
        #expect(empty.allSatisfy { $0 == 0 })
    }

    @Test func smoothingKeepsAConstantAwayFromTheBorder() {
        let flat = Volume(grid: VoxelGrid(shape: [9, 9, 9], affineRAS: .identity), filledWith: 2)
        var point = Volume(grid: flat.grid)
        point[4, 4, 4] = 27
        let features = IntensityBaseline.features(of: flat)
        let named = Dictionary(uniqueKeysWithValues: zip(IntensityBaseline.names, features))
        #expect(named["smoothed 1 maximum"] == 2)
        let one = Dictionary(
            uniqueKeysWithValues: zip(IntensityBaseline.names, IntensityBaseline.features(of: point)))
        // Twice a box of three: the middle keeps (1/3)³ of its value.
        #expect(abs((one["smoothed 1 maximum"] ?? 0) - 1) < 1e-5)
    }
}
